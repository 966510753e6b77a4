-- Puts the phase of one breaker on the board, KEYS[1], on which a process that starts finds the circuits that are not
-- closed. A closed one stays for a while, so that an older note that arrives late does not open it again.
-- ARGV: the breaker's name, its generation, phase, remaining open time in ms, steps of the open time, and reason.
local name, generation, phase, remainingMs = ARGV[1], tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
local openSteps, why = ARGV[5], ARGV[6]
local KEPT_MS = 2592000000
local present = redis.call('HGET', KEYS[1], name)
if present and tonumber(string.match(present, '^%d+')) >= generation then return 0 end
local note = table.concat({ digits(generation), phase, digits(nowMs + remainingMs), openSteps, why }, ' ')
redis.call('HSET', KEYS[1], name, note)
redis.call('PEXPIRE', KEYS[1], KEPT_MS)
return 1
