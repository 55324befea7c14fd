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
INSERT INTO slack_pictures (platform, workspace, digest, file) VALUES ('slack', 'T01', '0123456789ab', 'F0123456789');
