#include "help.hpp"

namespace sandbox {

namespace {

constexpr std::string_view kHelp =
    R"(usage: handoff-sandbox [VENDOR...] [--listen ADDRESS] [--port-base N] [--seed-file FILE] [--ready-file FILE]
                       [--tls-cert FILE --tls-key FILE] [--webhook-url URL] [--seed N]

Stateful vendor systems over real sockets, for rehearsals. It prints one line of JSON, the address of each and of the
control port, and runs until Ctrl-C or SIGTERM.

VENDOR, all of them unless named:
  voucherify        gift card platform   X-App-Id: sandbox-app, X-App-Token: sandbox-token
  shopify           storefront           X-Shopify-Access-Token: shpat_sandbox
  square            register, gift cards Authorization: Bearer sq-sandbox-token
  stripe            payments             Authorization: Bearer sk_test_sandbox
  business_central  books                client bc-client, secret bc-secret
  bigcommerce       storefront           X-Auth-Token: bc-sandbox-token
  vendure           storefront, wallets  vendure-api-key: sandbox-id:sandbox-key
  tryton            books                HTTP Basic, hub and hub-pass-1

Faults are asked for at the control port; each fires until it is removed or its count is used up:
  curl $CONTROL/faults -d '{"vendor":"voucherify","mode":"lost_after","count":1}'
  curl $CONTROL/faults
  curl -X DELETE $CONTROL/faults

  mode      latency, lost_before, lost_after, late, http_429, http_500, http_500_after, garbage, stale_reads,
            outage, black_hole
  optional  match {method, path_prefix, query_has, body_contains}, probability, count, delay_ms, retry_after_s

Each option, the customers at the start, ledgers, clock and limits: examples/sandbox/README.md
)";

}  // namespace

std::string_view usage() { return kHelp.substr(0, kHelp.find("\n\n") + 1); }
std::string_view help() { return kHelp; }

}  // namespace sandbox
