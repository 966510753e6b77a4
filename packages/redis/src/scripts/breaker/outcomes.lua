-- The outcomes of calls, counted in slices of a window. A slice is a tenth of the window's time, or of its calls.

-- Time for which a window by calls remembers which instances failed: it has no time of its own.
local COUNT_WINDOW_MS = 30000

local function isByTime(window)
  return string.sub(window, 1, 1) == 't'
end

-- Returns the milliseconds of a window by time, or the calls of one by calls.
local function sizeOf(window)
  return tonumber(string.match(window, '^%a(%d+)'))
end

local function windowMsOf(window)
  return isByTime(window) and sizeOf(window) or COUNT_WINDOW_MS
end

-- Returns the slices of a window, by their numbers, and the number of the slice that is being filled.
local function readOutcomes(breaker, window)
  local beginning = window .. ':'
  local slices, newest = {}, 0
  for entry, counts in pairs(breaker.outcomes) do
    if string.sub(entry, 1, #beginning) == beginning then
      local slice = tonumber(string.sub(entry, #beginning + 1))
      local calls, failures, slow = string.match(counts, '(%d+),(%d+),(%d+)')
      slices[slice] = { calls = tonumber(calls), failures = tonumber(failures), slow = tonumber(slow) }
      newest = math.max(newest, slice)
    end
  end
  local perSlice = sizeOf(window) / SLICES
  if isByTime(window) then return slices, math.floor(nowMs / perSlice) end
  local isFull = slices[newest] ~= nil and slices[newest].calls >= perSlice
  return slices, isFull and newest + 1 or newest
end

local function addCounts(sum, counts)
  sum.calls, sum.failures, sum.slow = sum.calls + counts.calls, sum.failures + counts.failures, sum.slow + counts.slow
end

-- Adds counts to the slice that is being filled.
local function addOutcomes(breaker, window, slices, slice, added)
  local sum = slices[slice] or { calls = 0, failures = 0, slow = 0 }
  addCounts(sum, added)
  slices[slice] = sum
  local text = table.concat({ sum.calls, sum.failures, sum.slow }, ',')
  saveEntry(breaker, 'outcomes', window .. ':' .. digits(slice), text)
end

-- Returns the counts of the whole window, of which `newest` is the slice that is being filled. Forgets older slices.
local function sumOutcomes(breaker, window, slices, newest)
  local sum = { slice = newest, calls = 0, failures = 0, slow = 0 }
  for slice, counts in pairs(slices) do
    if slice > newest - SLICES and slice <= newest then
      addCounts(sum, counts)
    else
      removeEntry(breaker, 'outcomes', window .. ':' .. digits(slice))
    end
  end
  return sum
end
