-- Writes an instance's text to the hash of a topic, KEYS[1], if there has been a reader lately. Returns 1 if there has
-- been one, else 0.
-- ARGV: the instance, its text (empty to look for a reader only).
local instance, text = ARGV[1], ARGV[2]
local KEPT_MS = 30000
local readUntilMs = tonumber(redis.call('HGET', KEYS[1], '?') or '0')
if readUntilMs <= nowMs then return 0 end
if text ~= '' then
  redis.call('HSET', KEYS[1], instance, digits(nowMs) .. ' ' .. text)
  redis.call('PEXPIRE', KEYS[1], KEPT_MS)
end
return 1
