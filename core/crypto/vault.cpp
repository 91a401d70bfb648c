#include "core/crypto/vault.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "core/crypto/file_owner.hpp"
#include "core/crypto/hash.hpp"
#include "core/crypto/raw.hpp"

namespace handoff::crypto {

namespace {

constexpr std::size_t kKeyBytes = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;

constexpr const char* kPutBack = "; put back the key that belongs to the store. It is beside each backup: FILE.key";

std::string derive(std::string_view master, std::string_view purpose) {
  return std::string(bytes(hmac_sha256(master, purpose)));
}

std::optional<std::string> open_with(std::string_view key, std::string_view context, std::string_view sealed) {
  if (key.size() != kKeyBytes || sealed.size() < kNonceBytes + kTagBytes) return std::nullopt;
  std::string plain(sealed.size() - kNonceBytes - kTagBytes, '\0');
  std::string_view box = sealed.substr(kNonceBytes);
  int wrong = crypto_aead_xchacha20poly1305_ietf_decrypt(raw(plain), nullptr, nullptr, raw(box), box.size(),
                                                         raw(context), context.size(), raw(sealed), raw(key));
  if (wrong != 0) return std::nullopt;
  return plain;
}

std::expected<std::string, std::string> read_key(int file, const std::string& path) {
  struct stat status = {};
  if (fstat(file, &status) != 0) return std::unexpected(path + ": " + std::strerror(errno));
  if ((status.st_mode & 077) != 0)
    return std::unexpected(path + ": others may read this key file; run: chmod 600 " + path);
  std::string master(kKeyBytes, '\0');
  if (read(file, master.data(), master.size()) != static_cast<ssize_t>(kKeyBytes))
    return std::unexpected(path + ": a key file holds exactly 32 bytes" + kPutBack);
  return master;
}

/// The name of a new file outlives a power cut only with its folder.
bool sync_folder_of(const std::string& path) {
  std::string folder = path.substr(0, path.rfind('/') == std::string::npos ? 0 : path.rfind('/') + 1);
  int file = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  bool synced = file >= 0 && fsync(file) == 0;
  if (file >= 0) close(file);
  return synced;
}

/// Whole, or not at all: half a key would be taken for one that was damaged.
std::expected<std::string, std::string> create_key(const std::string& path, const FillRandom& random) {
  const std::string fresh = path + ".new";
  int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return std::unexpected(fresh + ": " + std::strerror(errno));
  std::string master(kKeyBytes, '\0');
  random(reinterpret_cast<std::uint8_t*>(master.data()), master.size());
  bool written = write(file, master.data(), master.size()) == static_cast<ssize_t>(master.size()) && fsync(file) == 0;
  written = written && ::rename(fresh.c_str(), path.c_str()) == 0 && sync_folder_of(path);
  std::string why = written ? "" : path + ": cannot write the key file: " + std::strerror(errno);
  close(file);
  if (written) return master;
  ::unlink(fresh.c_str());
  return std::unexpected(why);
}

/// A generator in this process, seeded by the kernel's: each sealed text needs a nonce, and would cost a system call.
void ready_sodium() {
  [[maybe_unused]] static const int ready = [] {
    randombytes_set_implementation(&randombytes_internal_implementation);
    return sodium_init();
  }();
}

}  // namespace

void system_random(std::uint8_t* out, std::size_t size) {
  ready_sodium();
  randombytes_buf(out, size);
}

Vault::Vault(std::string master, FillRandom random)
    : id_(hex(bytes(sha256(master))).substr(0, 8)),
      sealing_key_(derive(master, "handoff sealing 1")),
      digest_key_(derive(master, "handoff digest 1")),
      code_secret_(derive(master, "handoff codes 1")),
      random_(std::move(random)) {
  ready_sodium();
}

std::expected<Vault, std::string> Vault::open(const std::string& path, bool may_create, FillRandom random) {
  int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0 && errno == ENOENT && may_create) {
    auto master = create_key(path, random);
    if (!master) return std::unexpected(master.error());
    return Vault(std::move(*master), std::move(random));
  }
  if (file < 0 && errno == ENOENT)
    return std::unexpected(path + ": " + std::strerror(errno) + "; the store cannot be read without its key" +
                           kPutBack);
  if (file < 0) return std::unexpected(refused_text(path, errno));
  auto master = read_key(file, path);
  close(file);
  if (!master) return std::unexpected(master.error());
  return Vault(std::move(*master), std::move(random));
}

std::string Vault::seal_with(std::string_view key, std::string_view context, std::string_view plain) const {
  std::string out(kNonceBytes + plain.size() + kTagBytes, '\0');
  random_(reinterpret_cast<std::uint8_t*>(out.data()), kNonceBytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(raw(out) + kNonceBytes, nullptr, raw(plain), plain.size(), raw(context),
                                             context.size(), nullptr, raw(out), raw(key));
  return out;
}

std::string Vault::new_data_key() const {
  std::string key(kKeyBytes, '\0');
  random_(reinterpret_cast<std::uint8_t*>(key.data()), key.size());
  return seal_with(sealing_key_, "data key", key);
}

std::string Vault::data_key(std::string_view sealed) const {
  return open_with(sealing_key_, "data key", sealed).value_or(std::string());
}

std::string Vault::seal(std::string_view sealed_data_key, std::string_view context, std::string_view plain) const {
  std::string key = data_key(sealed_data_key);
  return key.empty() ? std::string() : seal_with(key, context, plain);
}

std::optional<std::string> Vault::open_sealed(std::string_view sealed_data_key, std::string_view context,
                                              std::string_view sealed) const {
  return open_with(data_key(sealed_data_key), context, sealed);
}

std::string Vault::digest(std::string_view kind, std::string_view value) const {
  if (value.empty()) return {};
  std::string message(kind);
  message += '\0';
  message += value;
  return base32(bytes(hmac_sha256(digest_key_, message)).substr(0, 15));
}

std::string Vault::instrument_code(std::string_view tuple) const {
  return base32(bytes(hmac_sha256(code_secret_, tuple))).substr(0, 26);
}

}  // namespace handoff::crypto
