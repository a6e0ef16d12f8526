-- Sends one kind of request through wrk: `wrk -s load.lua URL -- METHOD PATHS_FILE BODY_FILE`, body file `-` for none.
-- Takes the paths in turn and prints the figures as one line of JSON after `RESULT `.

local requests = {}
local nextRequest = 0

function init(args)
  local body = nil
  if args[3] ~= '-' then
    local file = assert(io.open(args[3], 'rb'))
    body = file:read('*a')
    file:close()
  end
  for path in io.lines(args[2]) do
    requests[#requests + 1] = wrk.format(args[1], path, nil, body)
  end
end

function request()
  nextRequest = nextRequest % #requests + 1
  return requests[nextRequest]
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format(
    'RESULT {"requests":%d,"durationUs":%d,"p50Us":%d,"p99Us":%d,"badStatus":%d,"socketErrors":%d}',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
