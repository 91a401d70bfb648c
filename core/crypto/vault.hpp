#pragma once
// The store's secret: one 32-byte master key in a file beside the database (it is part of the backup), from which the
// sealing key, the digest key and the code secret are derived. Sealing is XChaCha20-Poly1305 (libsodium).

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace handoff::crypto {

/// Fills the buffer with random bytes; the randomness seam.
using FillRandom = std::function<void(std::uint8_t*, std::size_t)>;

/// The system's randomness. [any thread]
void system_random(std::uint8_t* out, std::size_t size);

class Vault {
 public:
  Vault(std::string master, FillRandom random);

  /// Reads the key file; creates it (mode 0600) only if `may_create`. Refuses a file that others may read.
  static std::expected<Vault, std::string> open(const std::string& path, bool may_create, FillRandom random);

  /// Names the master key without telling it; stored with each effect (DESIGN D6).
  const std::string& id() const { return id_; }

  /// A new data key for one credit, sealed by the master. Destroying the sealed form erases what it sealed (D7).
  std::string new_data_key() const;

  /// Whether that is a data key sealed by this master, and whole.
  bool knows(std::string_view sealed_data_key) const { return !data_key(sealed_data_key).empty(); }

  /// Seals under a data key; `context` must be the same when it is opened.
  std::string seal(std::string_view sealed_data_key, std::string_view context, std::string_view plain) const;
  std::optional<std::string> open_sealed(std::string_view sealed_data_key, std::string_view context,
                                         std::string_view sealed) const;

  /// Keyed digest of a normalised identifier: what the journal holds instead of the identifier.
  std::string digest(std::string_view kind, std::string_view value) const;

  /// A bearer code for an instrument: 26 base32 characters, 130 bits (D6).
  std::string instrument_code(std::string_view tuple) const;

 private:
  std::string data_key(std::string_view sealed) const;
  std::string seal_with(std::string_view key, std::string_view context, std::string_view plain) const;

  std::string id_, sealing_key_, digest_key_, code_secret_;
  FillRandom random_;
};

}  // namespace handoff::crypto
