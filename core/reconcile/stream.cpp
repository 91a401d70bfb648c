// Plain, gzip and zstd files behind one read().

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <cerrno>
#include <cstring>

#include "core/reconcile/input.hpp"

namespace handoff::reconcile {

namespace {

constexpr std::size_t kPacked = 256 * 1024;

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { ::close(descriptor_); }

  std::expected<std::size_t, std::string> read(char* to, std::size_t size) {
    for (;;) {
      ssize_t got = ::read(descriptor_, to, size);
      if (got >= 0) {
        taken_ += static_cast<std::uint64_t>(got);
        return static_cast<std::size_t>(got);
      }
      if (errno != EINTR) return std::unexpected(std::string("cannot be read: ") + std::strerror(errno));
    }
  }
  std::uint64_t taken() const { return taken_; }

 private:
  int descriptor_;
  std::uint64_t taken_ = 0;
};

class Plain final : public ByteStream {
 public:
  explicit Plain(int descriptor) : file_(descriptor) {}
  std::expected<std::size_t, std::string> read(char* to, std::size_t size) override { return file_.read(to, size); }
  std::uint64_t taken() const override { return file_.taken(); }
  bool packed() const override { return false; }

 private:
  File file_;
};

class Gzip final : public ByteStream {
 public:
  explicit Gzip(int descriptor) : file_(descriptor), packed_(kPacked) { inflateInit2(&state_, 15 + 16); }
  ~Gzip() override { inflateEnd(&state_); }

  std::expected<std::size_t, std::string> read(char* to, std::size_t size) override {
    state_.next_out = reinterpret_cast<Bytef*>(to);
    state_.avail_out = static_cast<uInt>(size);
    while (state_.avail_out == size) {
      if (state_.avail_in == 0) {
        auto got = file_.read(packed_.data(), packed_.size());
        if (!got) return std::unexpected(got.error());
        if (*got == 0) {
          if (inside_) return std::unexpected("the gzip archive ends too early");
          return std::size_t{0};
        }
        state_.next_in = reinterpret_cast<Bytef*>(packed_.data());
        state_.avail_in = static_cast<uInt>(*got);
      }
      inside_ = true;
      int result = inflate(&state_, Z_NO_FLUSH);
      if (result == Z_STREAM_END) {  // another member may follow
        inside_ = false;
        inflateReset(&state_);
      } else if (result != Z_OK && result != Z_BUF_ERROR) {
        return std::unexpected("the gzip archive is damaged");
      }
    }
    return size - state_.avail_out;
  }
  std::uint64_t taken() const override { return file_.taken(); }

 private:
  File file_;
  std::vector<char> packed_;
  z_stream state_{};
  bool inside_ = false;
};

class Zstd final : public ByteStream {
 public:
  explicit Zstd(int descriptor) : file_(descriptor), packed_(kPacked), state_(ZSTD_createDStream()) {}
  ~Zstd() override { ZSTD_freeDStream(state_); }

  std::expected<std::size_t, std::string> read(char* to, std::size_t size) override {
    ZSTD_outBuffer out{to, size, 0};
    while (out.pos == 0) {
      if (in_.pos == in_.size) {
        auto got = file_.read(packed_.data(), packed_.size());
        if (!got) return std::unexpected(got.error());
        if (*got == 0) {
          if (wanted_ != 0) return std::unexpected("the zstd archive ends too early");
          return std::size_t{0};
        }
        in_ = {packed_.data(), *got, 0};
      }
      wanted_ = ZSTD_decompressStream(state_, &out, &in_);
      if (ZSTD_isError(wanted_) != 0) return std::unexpected("the zstd archive is damaged");
    }
    return out.pos;
  }
  std::uint64_t taken() const override { return file_.taken(); }

 private:
  File file_;
  std::vector<char> packed_;
  ZSTD_DStream* state_;
  ZSTD_inBuffer in_{nullptr, 0, 0};
  std::size_t wanted_ = 0;
};

}  // namespace

std::expected<std::unique_ptr<ByteStream>, std::string> open_stream(const std::string& path) {
  int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return std::unexpected(std::string("cannot be opened: ") + std::strerror(errno));
  unsigned char magic[4] = {};
  ssize_t got = ::pread(descriptor, magic, sizeof magic, 0);
  if (got >= 2 && magic[0] == 0x1f && magic[1] == 0x8b) return std::make_unique<Gzip>(descriptor);
  if (got == 4 && magic[0] == 0x28 && magic[1] == 0xb5 && magic[2] == 0x2f && magic[3] == 0xfd)
    return std::make_unique<Zstd>(descriptor);
  return std::make_unique<Plain>(descriptor);
}

}  // namespace handoff::reconcile
