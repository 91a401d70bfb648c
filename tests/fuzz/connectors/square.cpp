#include "tests/fuzz/connector.hpp"

namespace handoff::fuzz {

json::Value settings() {
  return *json::parse(R"({"version":"2025-08-20","notification_url":"https://hub.example.com/in/registers",)"
                      R"("utc_offset":"-05:00","location_ids":["L88917AVBK2S5"],"reasons":["Store credit"]})");
}

std::vector<Work> works(const Money&) {
  InboundInput inbound;
  inbound.method = "POST";
  inbound.path = "/in/registers";
  inbound.headers.emplace_back("x-square-hmacsha256-signature", "");  // the payload's first line
  FetchInput fetch;
  fetch.type = "refund.updated";
  fetch.object = "refund-id/with?odd#letters";
  PullInput pull;
  pull.since = "2021-10-13T20:00:00Z";
  PullInput page = pull;
  page.cursor = *json::parse(R"({"watermark":"2021-10-13T21:00:00Z","begin":"2021-10-13T19:55:00Z","page":"CURSOR"})");
  ReadInput read;
  read.by = "reference";
  read.reference = "refund-id";
  return {work("check/1", CheckInput()), work("inbound/1", inbound), work("fetch/1", fetch),
          work("pull/1", pull),          work("pull/1", page),       work("read/1", read)};
}

}  // namespace handoff::fuzz
