-- What wrk sends, from arguments after `--`: pipeline=N, method=NAME, body=BYTES, header=NAME: VALUE.
-- Prints one line of JSON at the end.

function init(args)
  local pipeline = 1
  for _, argument in ipairs(args) do
    local name, value = argument:match("^(%l+)=(.*)$")
    if name == "pipeline" then pipeline = tonumber(value) end
    if name == "method" then wrk.method = value end
    if name == "body" then wrk.body = string.rep("x", tonumber(value)) end
    if name == "header" then
      local field, content = value:match("^(.-): (.*)$")
      wrk.headers[field] = content
    end
  end
  if pipeline > 1 then
    local batch = string.rep(wrk.format(), pipeline)
    request = function() return batch end
  end
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    'result {"requests":%d,"microseconds":%d,"bytes":%d,"p50":%.1f,"p99":%.1f,"failures":%d}\n',
    summary.requests, summary.duration, summary.bytes,
    latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
