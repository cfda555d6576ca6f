-- wrk -s load.lua URL -- REQUESTS [ANSWERS]
-- Sends the lines of REQUESTS (method, path and body, tabs between) again and again. With ANSWERS
-- it sends each line at most once and adds the status and Location of every answer to that file.
local lines, at = {}, 0
sent = 0 -- global, for done()

function setup(thread)
  worker = thread
end

function init(args)
  local headers = { Host = wrk.headers.Host, ["Accept-Encoding"] = "gzip, deflate, br, zstd" }
  for line in io.lines(args[1]) do
    local method, path, body = line:match("^(.-)\t(.-)\t(.*)$")
    -- Each from a household of its own, as visitors are: limits are counted and never hit.
    headers["X-Forwarded-For"] = string.format("10.%d.%d.7", math.floor(#lines / 256) % 256, #lines % 256)
    headers["Content-Type"] = method == "POST" and "application/x-www-form-urlencoded" or nil
    lines[#lines + 1] = wrk.format(method, path, headers, body)
  end
  local answers = args[2] and io.open(args[2], "a")
  response = answers and function(status, got)
    answers:write(status, " ", got.Location or "", "\n")
  end
end

function request()
  assert(sent < #lines or not response, "every request has been sent")
  at, sent = at % #lines + 1, sent + 1
  return lines[at]
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format('\n{"requests": %d, "seconds": %f, "size": %d, "sent": %d, "faults": %d, '
    .. '"p50": %f, "p99": %f}\n', summary.requests, summary.duration / 1e6, summary.bytes,
    worker:get("sent"), e.status + e.connect + e.read + e.write + e.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
