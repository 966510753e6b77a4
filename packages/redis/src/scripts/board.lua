-- What is on the board, KEYS[1], each as the view of a breaker and its name. Forgets what is out of date.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local CLOSED_MS, OPEN_MS = 60000, 3600000
local board, found = redis.call('HGETALL', KEYS[1]), {}
for i = 1, #board, 2 do
  local gen, phase, ends, growth, why = string.match(board[i + 1], '^(%d+) (%S+) (%d+) (%d+) (%S+)$')
  local kept = phase == 'closed' and CLOSED_MS or phase == 'open' and OPEN_MS or math.huge
  if gen == nil or now - tonumber(ends) > kept then
    redis.call('HDEL', KEYS[1], board[i])
  else
    local remaining = phase == 'open' and math.max(0, tonumber(ends) - now) or 0
    found[#found + 1] = table.concat({ gen, phase, string.format('%.0f', remaining), growth, why, '0 0 0 0 0 0 0 0 0 0 0 0 1 0 0 - 0 0 0 0 0', board[i] }, ' ')
  end
end
return found
