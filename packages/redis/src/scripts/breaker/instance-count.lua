-- The number of instances that have the key in use. Each is counted once in each stretch of time. Stored are the number
-- of the present stretch, its count, the count of the stretch before, and the instant of the last report.
local STRETCH_MS = 10000

local function readInstanceCounts(breaker)
  local presentStretch = math.floor(nowMs / STRETCH_MS)
  local counts = { stretch = presentStretch, count = 0, before = 0, lastReportMs = nowMs }
  local stretch, count, before, lastReportMs = string.match(breaker.instanceCounts, '^(%d+) (%S+) (%S+) (%d+)$')
  if stretch == nil then return counts end
  counts.lastReportMs = tonumber(lastReportMs)
  if tonumber(stretch) == presentStretch then
    counts.count, counts.before = tonumber(count), tonumber(before)
  elseif tonumber(stretch) == presentStretch - 1 then
    counts.before = tonumber(count)
  end
  return counts
end

-- Counts an instance, unless it was counted in this stretch. An instance that reports less than once in a stretch is
-- also counted for the stretches since its last report, but for no more than `mostStretches`. If the clock was set
-- back since its last report, it was not counted in this stretch.
local function recordInstance(breaker, lastCountedIn, mostStretches)
  local counts = readInstanceCounts(breaker)
  local stretches = lastCountedIn <= counts.stretch and counts.stretch - lastCountedIn or 1
  local added = math.min(math.ceil(mostStretches), stretches)
  local text = string.format('%.0f %.3f %.3f %.0f', counts.stretch, counts.count + added, counts.before, nowMs)
  save(breaker, { instanceCounts = text })
end

-- Returns the number of instances that have the key in use, at least 1. A stretch that has just begun has counted few:
-- the stretch before it counts, too.
local function countInstances(breaker)
  local counts = readInstanceCounts(breaker)
  return math.max(1, math.floor(math.max(counts.count, counts.before) + 0.5))
end
