-- Returns what the instances show in the hash of a topic, KEYS[1]: instance, age in ms and text of each, one after the
-- other. Notes in the field '?' that there is a reader, and forgets instances that have been silent for long, and texts
-- from before the clock was set back.
local READER_MS, SILENT_MS, KEPT_MS = 7000, 10000, 30000
local fields, found = redis.call('HGETALL', KEYS[1]), {}
for i = 1, #fields, 2 do
  local instance, value = fields[i], fields[i + 1]
  if instance ~= '?' then
    local writtenMs, text = string.match(value, '^(%d+) (.*)$')
    local ageMs = nowMs - tonumber(writtenMs or 0)
    if ageMs < 0 or ageMs > SILENT_MS then
      redis.call('HDEL', KEYS[1], instance)
    else
      found[#found + 1] = instance
      found[#found + 1] = digits(ageMs)
      found[#found + 1] = text
    end
  end
end
redis.call('HSET', KEYS[1], '?', digits(nowMs + READER_MS))
redis.call('PEXPIRE', KEYS[1], KEPT_MS)
return found
