-- Returns the number of leases that run, and the instant at which the first of them ends. Forgets the others.
local function countLeases(breaker)
  local running, firstEndMs = 0, nil
  for token, endsMs in pairs(breaker.leases) do
    if endsMs > nowMs then
      running = running + 1
      firstEndMs = math.min(firstEndMs or endsMs, endsMs)
    else
      removeEntry(breaker, 'leases', token)
    end
  end
  return running, firstEndMs
end

-- Ends all leases of an instance: its tokens begin with its name. Returns true if there were any.
local function endLeasesOf(breaker, instance)
  local beginning, hadAny = instance .. '.', false
  for token in pairs(breaker.leases) do
    if string.sub(token, 1, #beginning) == beginning then
      removeEntry(breaker, 'leases', token)
      hadAny = true
    end
  end
  return hadAny
end
