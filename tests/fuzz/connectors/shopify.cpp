#include "tests/fuzz/connector.hpp"

namespace handoff::fuzz {

json::Value settings() {
  return *json::parse(
      R"({"base_url":"https://acme.myshopify.com","loyalty_namespace":"custom","loyalty_key":"loyalty_id"})");
}

std::vector<Work> works(const Money& amount) {
  FindCustomerInput find;
  find.email = customer().email;
  find.phone = customer().phone;
  find.loyalty = customer().loyalty;
  MirrorInput mirror;
  mirror.customer = customer();
  mirror.customer.id = "gid://shopify/Customer/544365967";
  mirror.version = 7;
  mirror.balances = {amount};
  mirror.credits.resize(1);
  mirror.credits[0].credit = credit().ref;
  mirror.credits[0].amount = amount;
  mirror.reference = kReference;
  ReadInput read;
  read.by = "customer";
  read.customer = mirror.customer;
  ListInput list;
  list.since = "2026-11-01T00:00:00Z";
  list.until = "2026-11-23T00:00:00Z";
  LinkInput link;
  link.instrument = "gid://shopify/GiftCard/63396415";
  link.customer = mirror.customer;
  VoidInput end;
  end.instrument = link.instrument;
  end.amount = amount;
  ReadInput card;
  card.by = "instrument";
  card.instrument = link.instrument;
  ReadInput code;
  code.by = "code";
  code.code = "k4wtz7qhn2mdypb6x3sevrca5u";
  code.reference = kReference;
  ListInput cards = list;
  cards.cursor = *json::parse(R"({"what":"cards","after":null,"count":3})");
  return {work("check/1", CheckInput()), work("find_customer/1", find), work("mirror/1", mirror), work("read/1", read),
          work("list/1", list),          work("link/1", link),          work("void/1", end),      work("read/1", card),
          work("read/1", code),          work("list/1", cards)};
}

}  // namespace handoff::fuzz
