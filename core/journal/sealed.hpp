#pragma once
// The sealed rows beside the journal (DESIGN D7): customers' identifiers, bodies, one system's customer list. The fold
// knows nothing of them; that they are whole shows when they are opened.

#include <string>

#include "core/journal/store.hpp"

namespace handoff::crypto {
class Vault;
}

namespace handoff::journal {

/// Empty, or that the store's rows were sealed, and its codes made, under another key than this.
std::string wrong_key(Database& store, const crypto::Vault& vault);

/// Opens every sealed row; `complain` hears of each that does not open, with its place. A row whose key was destroyed is
/// erased, not damaged. The number of rows opened.
std::int64_t open_all_sealed(Database& store, const crypto::Vault& vault,
                             const std::function<void(std::string)>& complain);

}  // namespace handoff::journal
