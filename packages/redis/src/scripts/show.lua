-- Writes an instance's text to the hash of a topic, KEYS[1], if there has been a reader lately. Returns 1 if there has
-- been one, else 0. A reader further ahead than it ever was is one from before the clock was set back.
-- ARGV: the instance, its text (empty to look for a reader only).
local instance, text = ARGV[1], ARGV[2]
local READER_MS, KEPT_MS = 7000, 30000
local readUntilMs = tonumber(redis.call('HGET', KEYS[1], '?') or '0')
if readUntilMs <= nowMs or readUntilMs > nowMs + READER_MS then return 0 end
if text ~= '' then
  redis.call('HSET', KEYS[1], instance, digits(nowMs) .. ' ' .. text)
  redis.call('PEXPIRE', KEYS[1], KEPT_MS)
end
return 1
