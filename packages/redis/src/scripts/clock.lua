-- Comes before every script. Time is the server's: the clocks of the processes do not matter.
local serverTime = redis.call('TIME')
local nowMs = serverTime[1] * 1000 + math.floor(serverTime[2] / 1000)

-- Writes a number without a fraction and without an exponent.
local function digits(number)
  return string.format('%.0f', number)
end
