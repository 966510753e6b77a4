-- Adds what one process has seen since its last report, and returns what the fleet has seen.
-- ARGV:
--   1       the window, '-' for none
--   2       the generation in which the outcomes were counted
--   3 - 5   the number of calls, of failures and of slow calls
--   6       the instance, '-' for a reader
--   7       for how many ms it counts as served, 0 if it sees the server fail, '-' if it has nothing new
--   8       the quorum: a number or 'auto'
--   9, 10   the stretch in which the instance was counted last, and the most stretches for which it may be counted
--   11      the budget, '-' for none
--   12 - 15 the number of calls that began, of answered calls, of retries and of refused retries
local window, generation = ARGV[1], tonumber(ARGV[2])
local added = { calls = tonumber(ARGV[3]), failures = tonumber(ARGV[4]), slow = tonumber(ARGV[5]) }
local instance, servedForMs, quorum = ARGV[6], ARGV[7], ARGV[8]
local lastCountedIn, mostStretches = tonumber(ARGV[9]), tonumber(ARGV[10])
local budget = ARGV[11]
local spent = { tonumber(ARGV[12]), tonumber(ARGV[13]), tonumber(ARGV[14]), tonumber(ARGV[15]) }

local breaker = readBreaker()
-- A process reports only if it has calls, or has just had some.
if instance ~= NONE then
  recordInstance(breaker, lastCountedIn, mostStretches)
  postponeExpiry(breaker)
end
local budgetSums = budget ~= NONE and addToBudget(breaker, budget, spent) or nil
if window == NONE then return viewOf(breaker, false, { budget = budgetSums }) end
if instance ~= NONE then
  recordActive(breaker, instance)
  recordRules(breaker, window)
end

local isOfThisGeneration = generation == breaker.generation
local windowMs = windowMsOf(window)
if isOfThisGeneration and servedForMs == '0' then
  recordFailing(breaker, instance, windowMs)
elseif isOfThisGeneration and servedForMs ~= NONE then
  recordServed(breaker, instance, tonumber(servedForMs))
end

local slices, slice = readOutcomes(breaker, window)
local isCounted = isOfThisGeneration and added.calls > 0
if isCounted then
  addOutcomes(breaker, window, slices, slice, added)
  postponeExpiry(breaker)
end
local outcomes = sumOutcomes(breaker, window, slices, slice)
outcomes.failing = countFailing(breaker, windowMs)
outcomes.needed = countNeeded(breaker, quorum, windowMs)
return viewOf(breaker, isCounted, { outcomes = outcomes, budget = budgetSums })
