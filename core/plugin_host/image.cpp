#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "core/crypto/hash.hpp"
#include "core/plugin_host/plugin.hpp"

namespace handoff::plugin_host {

namespace {

constexpr off_t kImageBytesMax = off_t{256} << 20;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return number_; }
  int release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

bool read_all(int from, std::string& out) {
  char piece[1 << 16];
  for (ssize_t got = 0; (got = read(from, piece, sizeof piece)) != 0;) {
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return false;
    out.append(piece, static_cast<std::size_t>(got));
  }
  return true;
}

bool write_all(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t wrote = write(to, bytes.data(), bytes.size());
    if (wrote <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return true;
}

/// A copy that can be read and mapped, and never written again, by us or by anybody.
int sealed(const std::string& name, std::string_view bytes) {
  Descriptor copy(memfd_create(name.c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING));
  bool done = copy.get() >= 0 && write_all(copy.get(), bytes) && lseek(copy.get(), 0, SEEK_SET) == 0 &&
              fcntl(copy.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) == 0;
  return done ? copy.release() : -1;
}

}  // namespace

std::expected<std::shared_ptr<const Image>, std::string> Image::open(const std::filesystem::path& file) {
  auto trouble = [&file](const std::string& what) { return std::unexpected(file.string() + ": " + what); };
  Descriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));  // a pipe is refused, not waited for
  struct stat status = {};
  if (opened.get() < 0 || fstat(opened.get(), &status) != 0) return trouble(std::strerror(errno));
  if (!S_ISREG(status.st_mode)) return trouble("is no plain file");
  if (status.st_size > kImageBytesMax) return trouble("is larger than any connector");
  auto allowed = check_permissions(opened.get(), file);
  if (!allowed) return std::unexpected(allowed.error());

  std::string bytes;
  if (!read_all(opened.get(), bytes)) return trouble(std::strerror(errno));
  auto note = note_in(bytes, file.string());
  if (!note) return std::unexpected(note.error());
  std::unique_ptr<Image> out(new Image());
  out->file_ = file;
  out->sha256_ = crypto::hex(crypto::bytes(crypto::sha256(bytes)));
  out->note_ = std::move(*note);
  out->descriptor_ = sealed(file.filename().string(), bytes);
  if (out->descriptor_ < 0) return trouble(std::string("cannot be copied into memory: ") + std::strerror(errno));
  return out;
}

Image::~Image() {
  if (descriptor_ >= 0) close(descriptor_);
}

}  // namespace handoff::plugin_host
