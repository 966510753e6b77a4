-- Rules that no instance has reported by for so long belong to a deploy that is over.
local RULES_KEPT_MS = 120000

local function isCurrent(reportedMs)
  return reportedMs > nowMs - RULES_KEPT_MS and reportedMs <= nowMs
end

-- Records that an instance judges by the rules of this window. Forgets old rules, and the outcomes counted by them.
local function recordRules(breaker, window)
  saveEntry(breaker, 'rules', window, nowMs)
  for other, reportedMs in pairs(breaker.rules) do
    if not isCurrent(reportedMs) then
      removeEntry(breaker, 'rules', other)
      for entry in pairs(breaker.outcomes) do
        if string.find(entry, other .. ':', 1, true) == 1 then removeEntry(breaker, 'outcomes', entry) end
      end
    end
  end
end

-- Returns the number of different rules by which the instances judge.
local function countRuleSets(breaker)
  local count = 0
  for _, reportedMs in pairs(breaker.rules) do
    if isCurrent(reportedMs) then count = count + 1 end
  end
  return count
end
