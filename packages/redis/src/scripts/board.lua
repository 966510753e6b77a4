-- A page of the board, KEYS[1]: where the next one begins ('0': this was the last), then a note for each breaker with its name.
-- Forgets what is out of date.
-- ARGV: where the page begins ('0': at the start), about how many notes it has
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local CLOSED_MS, OPEN_MS = 60000, 3600000
local page = redis.call('HSCAN', KEYS[1], ARGV[1], 'COUNT', ARGV[2])
local notes, found = page[2], { page[1] }
for i = 1, #notes, 2 do
  local gen, phase, ends, growth, why = string.match(notes[i + 1], '^(%d+) (%S+) (%d+) (%d+) (%S+)$')
  local kept = phase == 'closed' and CLOSED_MS or phase == 'open' and OPEN_MS or math.huge
  if gen == nil or now - tonumber(ends) > kept then
    redis.call('HDEL', KEYS[1], notes[i])
  else
    local remaining = phase == 'open' and math.max(0, tonumber(ends) - now) or 0
    found[#found + 1] = table.concat({ gen, phase, string.format('%.0f', remaining), growth, why, notes[i] }, ' ')
  end
end
return found
