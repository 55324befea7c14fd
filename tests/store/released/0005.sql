INSERT INTO workspaces (platform, workspace, version, set_up, paused, mode, share, locale, region, contact, packs, removed_at)
VALUES ('slack', 'T01', 1767225603, true, false, 'public', true, 'es', 'MX', 'Knock at the blue door', '["spasm"]', NULL);
INSERT INTO workspaces (platform, workspace, version, mode, removed_at)
VALUES ('discord', '42', 1767225601, 'private', '2026-02-01 08:00:00.000000');
INSERT INTO channels (platform, workspace, channel, mode, share, locale) VALUES ('slack', 'T01', 'C1', 'off', NULL, NULL);
INSERT INTO channels (platform, workspace, channel, mode, share, locale) VALUES ('slack', 'T01', 'C2', NULL, false, 'en');
INSERT INTO moderators (platform, workspace, position, moderator) VALUES ('slack', 'T01', 0, 'U9');
INSERT INTO moderators (platform, workspace, position, moderator) VALUES ('slack', 'T01', 1, 'U1');
INSERT INTO audit (platform, workspace, version, at, "by", what, before, after)
VALUES ('slack', 'T01', 1767225603, '2026-01-01 00:00:03.000000', 'U1', 'packs', NULL, '["spasm"]');
INSERT INTO audit (platform, workspace, version, at, "by", what, before, after)
VALUES ('slack', 'T01', 1767225603, '2026-01-01 00:00:03.000000', 'U1', 'moderators', '[]', '["U9", "U1"]');
INSERT INTO subscriptions (id, platform, workspace, channel, version, pack, zone, local_time, weekdays, grace_minutes, rules, next_local_date, next_due_at, deck_seed, last_local_date)
VALUES (7, 'slack', 'T01', 'C1', 1, 'spasm', 'America/Mexico_City', '09:30:00.000000', 31, 240, '2025.2', '2026-01-05', '2026-01-05 15:30:00.000000', 5, '2026-01-02');
INSERT INTO deliveries (platform, workspace, subscription, channel, local_date, pack, tip, due_at, expires_at, status, available_at, message_id, sent_at)
VALUES ('slack', 'T01', 7, 'C1', '2026-01-01', 'spasm', 'toes-to-shin', '2026-01-01 15:30:00.000000', '2026-01-01 19:30:00.000000', 'sent', '2026-01-01 15:30:00.000000', '1767281401.000100', '2026-01-01 15:30:01.000000');
INSERT INTO hidden_tips (platform, workspace, pack, tip) VALUES ('slack', 'T01', 'spasm', 'loose-jaw');
INSERT INTO installations (platform, workspace, bot, bot_user, sealed, installed_at)
VALUES ('slack', 'T01', 'B01', 'U01', 'gAAAAA', '2026-01-01 00:00:00.000000');
INSERT INTO used_states (state, used_at) VALUES ('0011', '2026-01-01 00:00:00.000000');
INSERT INTO leases (token, platform, until, tried_at, unsettled, tips)
VALUES ('5ba5', 'slack', '2026-01-02 15:31:30.000000', '2026-01-02 15:30:00.000000', 1, '{"subscription":[7],"workspace":"T01","channel":"C1","pack":"spasm","day":"2026-01-02","tip":"slow-knee-bend","due_at":"2026-01-02T15:30:00+00:00","expires_at":"2026-01-02T19:30:00+00:00"}');
