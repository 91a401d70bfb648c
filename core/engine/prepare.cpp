#include "core/engine/prepare.hpp"

#include <algorithm>
#include <iterator>

#include "core/engine/input.hpp"

namespace handoff::engine {

namespace {

CreditKey key_of(const Submission& submission, const Setup& setup) {
  const SourceEvent& event = submission.event;
  const Connector* source = setup.connector(submission.source);
  CreditKey key;
  key.tenant = setup.tenant;
  key.source = source ? source->id : submission.source;
  key.unique_id = event.unique_id;
  key.scope = place(event.store, event.terminal);  // registers reset their numbers (INVARIANTS A, credit)
  key.business_date = event.business_date;
  key.transaction = event.transaction;
  key.line = event.line.empty() ? "1" : event.line;
  return key;
}

}  // namespace

std::vector<std::string> digests_of(const identity::Identifiers& identifiers, const crypto::Vault& vault) {
  std::vector<std::string> out;
  for (auto [kind, value] :
       {std::pair("email", &identifiers.email), {"phone", &identifiers.phone}, {"loyalty", &identifiers.loyalty}})
    if (!value->empty()) out.push_back(vault.digest(kind, *value));
  for (const identity::Identifiers& one : identifiers.beside)
    std::ranges::move(digests_of(one, vault), std::back_inserter(out));
  return out;
}

Prepared prepare(const Submission& submission, const Setup& setup, const crypto::Vault& vault) {
  const SourceEvent& event = submission.event;
  Prepared out;
  out.key = key_of(submission, setup);
  out.id = credit_id(out.key);
  if (event.kind != "credit.issued") return out;
  out.identifiers = identity::normalise(event.email, event.phone, event.loyalty, setup.identity_rules,
                                        setup.identity_rules.region_of(event.store));
  out.identifiers.source_customer = event.customer;
  out.identifiers.code = event.code;
  out.digests = digests_of(out.identifiers, vault);
  out.data_key = vault.new_data_key();
  out.sealed = vault.seal(out.data_key, "personal", json::write(encode(out.identifiers)));
  return out;
}

}  // namespace handoff::engine
