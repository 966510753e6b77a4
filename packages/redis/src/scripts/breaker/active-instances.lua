-- The two instances that had traffic last. Two are enough: the only question is if more than one instance has traffic.

-- An instant ahead is that of a clock which was set back since: the instance may be gone, and holds no place.
local function readActive(text)
  local instance, activeMs = string.match(text, '^(.*):(%d+)$')
  activeMs = tonumber(activeMs or 0)
  return instance, activeMs <= nowMs and activeMs or 0
end

-- Records that an instance has traffic, in place of the one that had it longer ago.
local function recordActive(breaker, instance)
  local one, oneMs = readActive(breaker.activeOne)
  local other, otherMs = readActive(breaker.activeOther)
  local replacesOther = one ~= instance and (other == instance or otherMs < oneMs)
  save(breaker, { [replacesOther and 'activeOther' or 'activeOne'] = instance .. ':' .. digits(nowMs) })
end

-- Returns the number of instances that had traffic in the last `forMs`: 0, 1, or 2 for more.
local function countActive(breaker, forMs)
  local count = 0
  for _, text in ipairs({ breaker.activeOne, breaker.activeOther }) do
    local _, activeMs = readActive(text)
    if activeMs > nowMs - forMs then count = count + 1 end
  end
  return count
end
