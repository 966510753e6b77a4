-- The counts of a retry budget: calls that began, answered calls, retries, and refused retries.

local function addText(sums, text)
  local at = 1
  for count in string.gmatch(text, '%d+') do
    sums[at] = sums[at] + tonumber(count)
    at = at + 1
  end
end

-- Returns the number of the slice that is being filled. A budget's name begins with the milliseconds of its window.
local function budgetSlice(budget)
  return math.floor(nowMs / (tonumber(string.match(budget, '^%d+')) / SLICES))
end

-- Adds the counts of an instance to a budget. Returns the number of the slice and the sums of the budget's window, as a
-- view has them. Forgets slices that are too old, of other budgets too.
local function addToBudget(breaker, budget, counts)
  local slice = digits(budgetSlice(budget))
  if counts[1] + counts[2] + counts[3] + counts[4] > 0 then
    local present = budget .. ':' .. slice
    addText(counts, breaker.spent[present] or '')
    saveEntry(breaker, 'spent', present, table.concat(counts, ','))
  end
  local sums = { 0, 0, 0, 0 }
  for entry, text in pairs(breaker.spent) do
    local name, at = string.match(entry, '^(.*):(%d+)$')
    local newest = budgetSlice(name)
    at = tonumber(at)
    if at <= newest - SLICES or at > newest then
      removeEntry(breaker, 'spent', entry)
    elseif name == budget then
      addText(sums, text)
    end
  end
  return slice .. ' ' .. table.concat(sums, ' ')
end
