-- Returns what the instances show on the board of a topic, KEYS[1], as instance, age (ms) and text, one after the other.
-- Notes for some seconds that somebody looks, and forgets instances that have been silent for long.
local LOOKED_MS, SILENT_MS, TTL_MS = 7000, 10000, 30000
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local board, found = redis.call('HGETALL', KEYS[1]), {}
for i = 1, #board, 2 do
  if board[i] ~= '?' then
    local at, text = string.match(board[i + 1], '^(%d+) (.*)$')
    if at == nil or now - tonumber(at) > SILENT_MS then
      redis.call('HDEL', KEYS[1], board[i])
    else
      found[#found + 1] = board[i]
      found[#found + 1] = string.format('%.0f', math.max(0, now - tonumber(at)))
      found[#found + 1] = text
    end
  end
end
redis.call('HSET', KEYS[1], '?', string.format('%.0f', now + LOOKED_MS))
redis.call('PEXPIRE', KEYS[1], TTL_MS)
return found
