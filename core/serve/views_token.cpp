#include "core/serve/views_token.hpp"

#include <algorithm>

#include "core/crypto/hash.hpp"

namespace handoff::serve {

namespace {

bool usable(std::string_view text) {
  return text.size() <= 64 && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
                  c == '.';
         });
}

bool taken(journal::Reader& read, std::string_view name) {
  return std::ranges::any_of(read.tokens(), [&](const journal::TokenRow& row) { return row.name == name; });
}

}  // namespace

NewToken make_token(const crypto::FillRandom& random) {
  std::array<std::uint8_t, 20> bits{};
  random(bits.data(), bits.size());
  NewToken out;
  out.text = "htk_" + crypto::base32(crypto::bytes(bits));
  out.hash = token_hash(out.text);
  return out;
}

std::string token_hash(std::string_view token) { return crypto::hex(crypto::bytes(crypto::sha256(token))); }

std::string role_problem(std::string_view role, std::string_view store) {
  if (role == "inbound")
    return "there is no role 'inbound' any more: who sends to /in/... is known by the signature, and shows no token";
  if (std::ranges::find(kRoles, role) == kRoles.end()) {
    std::string roles;
    for (std::string_view known : kRoles) roles += (roles.empty() ? "" : ", ") + std::string(known);
    return "there is no role '" + std::string(role) + "'; one of: " + roles;
  }
  if (!store.empty() && std::ranges::find(kRolesOfAStore, role) == kRolesOfAStore.end())
    return "a token of role " + std::string(role) +
           " sees every store; only register and supervisor are for one: make it without a store";
  return {};
}

std::string token_problem(journal::Reader& read, std::string_view role, std::string_view store, std::string_view name) {
  if (std::string problem = role_problem(role, store); !problem.empty()) return problem;
  if (!usable(store)) return "a store is up to 64 letters, digits, '-', '_' and '.'";
  if (name.empty() || !usable(name)) return "a token's name is 1 to 64 letters, digits, '-', '_' and '.'";
  if (taken(read, name)) return "there is a token '" + std::string(name) + "' already; choose another name";
  return {};
}

std::string free_token_name(journal::Reader& read, std::string_view role, std::string_view store) {
  std::string base = std::string(role) + (store.empty() ? "" : "-" + std::string(store));
  std::string name = base;
  for (int number = 2; taken(read, name); ++number) name = base + "-" + std::to_string(number);
  return name;
}

}  // namespace handoff::serve
