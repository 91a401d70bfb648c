#pragma once
// What a submission says, worked out before the engine's turn: normal forms, digests, the identity and the sealed
// identifiers need no journal, and the engine's thread is the one that all others wait for.

#include <string>
#include <vector>

#include "core/crypto/vault.hpp"
#include "core/engine/setup.hpp"
#include "core/identity/identifiers.hpp"
#include "core/model/identity.hpp"

namespace handoff::engine {

struct Submission;

struct Prepared {
  CreditKey key;
  std::string id;
  // Of an issued credit; else empty.
  identity::Identifiers identifiers;
  std::vector<std::string> digests;
  std::string data_key, sealed;
};

/// [any thread]
Prepared prepare(const Submission& submission, const Setup& setup, const crypto::Vault& vault);

/// Keyed digests of the normal forms: what the journal holds in their place. [any thread]
std::vector<std::string> digests_of(const identity::Identifiers& identifiers, const crypto::Vault& vault);

}  // namespace handoff::engine
