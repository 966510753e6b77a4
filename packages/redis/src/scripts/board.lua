-- Returns a page of the board, KEYS[1]: the beginning of the next page ('0' if this was the last), then a note for each
-- breaker, with its name at the end. Forgets notes that are out of date.
-- ARGV: the beginning of the page ('0' for the first), about how many notes it has.
local cursor, count = ARGV[1], ARGV[2]
local KEPT_CLOSED_MS, KEPT_OPEN_MS = 60000, 3600000
local nextCursor, notes = unpack(redis.call('HSCAN', KEYS[1], cursor, 'COUNT', count))
local page = { nextCursor }
for i = 1, #notes, 2 do
  local name, note = notes[i], notes[i + 1]
  local generation, phase, untilMs, openSteps, why = string.match(note, '^(%d+) (%S+) (%d+) (%d+) (%S+)$')
  local keptMs = phase == 'closed' and KEPT_CLOSED_MS or phase == 'open' and KEPT_OPEN_MS or math.huge
  if generation == nil or nowMs - tonumber(untilMs) > keptMs then
    redis.call('HDEL', KEYS[1], name)
  else
    local remainingMs = phase == 'open' and math.max(0, tonumber(untilMs) - nowMs) or 0
    page[#page + 1] = table.concat({ generation, phase, digits(remainingMs), openSteps, why, name }, ' ')
  end
end
return page
