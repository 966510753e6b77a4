-- Shows an instance's text on the board of a topic, KEYS[1], if somebody looks at it. Returns 1 if somebody does.
-- ARGV: instance, text (empty: only asks)
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if tonumber(redis.call('HGET', KEYS[1], '?') or '0') <= now then return 0 end
if ARGV[2] ~= '' then
  redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', now) .. ' ' .. ARGV[2])
  redis.call('PEXPIRE', KEYS[1], 30000)
end
return 1
