#include "tests/fuzz/connector.hpp"

namespace handoff::fuzz {

json::Value settings() {
  return *json::parse(
      R"({"version":"2025-08-20","notification_url":"https://hub.example.com/in/registers",)"
      R"("gift_card_location":"81FN9BNFZTKS4","utc_offset":"-05:00","location_ids":["L88917AVBK2S5"],"reasons":["Store credit"]})");
}

std::vector<Work> works(const Money& amount) {
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
  ListInput list;
  list.since = "2026-11-01T00:00:00Z";
  list.until = "2026-11-23T00:00:00Z";
  ListInput activations = list;
  activations.cursor = *json::parse(R"({"activations":true,"page":"CURSOR","count":3})");
  FindCustomerInput find;
  find.email = customer().email;
  IssueInput issue;
  issue.credit = credit();
  issue.amount = amount;
  issue.reference = kReference;
  issue.code = "k4wtz7qhn2mdypb6x3sevrca5u";
  LinkInput link;
  link.instrument = "gftc:6d55a72470d940c6ba09c0ab8ad08d20";
  link.customer = customer();
  link.customer.id = "GKY0FZ3V717AH8Q2D821PNT2ZW";
  ReadInput card;
  card.by = "instrument";
  card.instrument = link.instrument;
  VoidInput end;
  end.instrument = link.instrument;
  end.amount = amount;
  return {work("check/1", CheckInput()), work("inbound/1", inbound), work("fetch/1", fetch),
          work("pull/1", pull),          work("pull/1", page),       work("read/1", read),
          work("find_customer/1", find), work("issue/1", issue),     work("link/1", link),
          work("read/1", card),          work("void/1", end),        work("list/1", list),
          work("list/1", activations)};
}

}  // namespace handoff::fuzz
