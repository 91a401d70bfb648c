#pragma once
// Bearer tokens: "htk_" and 32 base32 characters of 160 random bits. Shown once, kept as SHA-256.

#include <array>
#include <string>
#include <string_view>

#include "core/crypto/vault.hpp"
#include "core/journal/reader.hpp"

namespace handoff::serve {

inline constexpr std::array<std::string_view, 5> kRoles = {"register", "supervisor", "ops", "admin", "viewer"};
/// Of one store can only be what asks about one credit at a time; lists, traces and reports are of all.
inline constexpr std::array<std::string_view, 2> kRolesOfAStore = {"register", "supervisor"};

/// Why no token has this role and store, or empty. An older version may have made one: it is refused with these words.
std::string role_problem(std::string_view role, std::string_view store);

struct NewToken {
  std::string text;  // "htk_..."
  std::string hash;  // SHA-256, hex: what the journal keeps
};
NewToken make_token(const crypto::FillRandom& random);
std::string token_hash(std::string_view token);

/// What is wrong with a wanted token, or empty: unknown role, a name that is taken or unusable.
std::string token_problem(journal::Reader& read, std::string_view role, std::string_view store, std::string_view name);

/// "register-S014", or with a number behind it if that is taken.
std::string free_token_name(journal::Reader& read, std::string_view role, std::string_view store);

}  // namespace handoff::serve
