-- Returns what the instances show in the hash of a topic, KEYS[1]: instance, age in ms and text of each, one after the
-- other. Notes in the field '?' that there is a reader, and forgets instances that have been silent for long.
local READER_MS, SILENT_MS, KEPT_MS = 7000, 10000, 30000
local fields, found = redis.call('HGETALL', KEYS[1]), {}
for i = 1, #fields, 2 do
  local instance, value = fields[i], fields[i + 1]
  if instance ~= '?' then
    local writtenMs, text = string.match(value, '^(%d+) (.*)$')
    if writtenMs == nil or nowMs - tonumber(writtenMs) > SILENT_MS then
      redis.call('HDEL', KEYS[1], instance)
    else
      found[#found + 1] = instance
      found[#found + 1] = digits(math.max(0, nowMs - tonumber(writtenMs)))
      found[#found + 1] = text
    end
  end
end
redis.call('HSET', KEYS[1], '?', digits(nowMs + READER_MS))
redis.call('PEXPIRE', KEYS[1], KEPT_MS)
return found
