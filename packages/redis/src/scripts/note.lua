-- Puts one breaker's phase on the board, KEYS[1], where processes that start find what is not closed.
-- A closed one stays for a while, so that a note that comes late does not open it again.
-- ARGV: name, generation, phase, remaining (ms), growth, why
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local gen, noted = tonumber(ARGV[2]), redis.call('HGET', KEYS[1], ARGV[1])
if noted and tonumber(string.match(noted, '^%d+')) >= gen then return 0 end
redis.call('HSET', KEYS[1], ARGV[1],
  table.concat({ string.format('%.0f', gen), ARGV[3], string.format('%.0f', now + tonumber(ARGV[4])), ARGV[5], ARGV[6] }, ' '))
redis.call('PEXPIRE', KEYS[1], 2592000000)
return 1
