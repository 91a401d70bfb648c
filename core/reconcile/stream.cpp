// Plain, gzip and zstd files behind one read().

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
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

/// Another encoding as UTF-8. Its offsets are not places in the file.
class Recoded final : public ByteStream {
 public:
  enum class From { utf_16_le, utf_16_be, windows_1252 };
  Recoded(std::unique_ptr<ByteStream> inner, From from) : inner_(std::move(inner)), from_(from), raw_(kPacked) {}

  std::expected<std::size_t, std::string> read(char* to, std::size_t size) override {
    while (at_ == out_.size()) {
      auto got = inner_->read(raw_.data() + kept_, raw_.size() - kept_);
      if (!got) return std::unexpected(got.error());
      if (*got == 0) {
        if (kept_ != 0 || high_ != 0) return std::unexpected("ends inside of a character: the download was cut");
        return std::size_t{0};
      }
      out_.clear();
      at_ = 0;
      from_ == From::windows_1252 ? bytes(*got) : pairs(kept_ + *got);
    }
    std::size_t part = std::min(size, out_.size() - at_);
    std::memcpy(to, out_.data() + at_, part);
    at_ += part;
    return part;
  }
  std::uint64_t taken() const override { return inner_->taken(); }

 private:
  void put(std::uint32_t c) {
    auto byte = [this](std::uint32_t b) { out_ += static_cast<char>(b); };
    if (c < 0x80) return byte(c);
    if (c < 0x800) {
      byte(0xc0 | c >> 6);
    } else if (c < 0x10000) {
      byte(0xe0 | c >> 12);
      byte(0x80 | (c >> 6 & 0x3f));
    } else {
      byte(0xf0 | c >> 18);
      byte(0x80 | (c >> 12 & 0x3f));
      byte(0x80 | (c >> 6 & 0x3f));
    }
    byte(0x80 | (c & 0x3f));
  }

  void bytes(std::size_t size) {
    // 0x80 to 0x9f; what the encoding leaves open becomes the replacement character.
    static constexpr std::uint16_t kUpper[] = {0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
                                               0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0xfffd, 0x017d, 0xfffd,
                                               0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
                                               0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0xfffd, 0x017e, 0x0178};
    for (std::size_t i = 0; i < size; ++i) {
      auto c = static_cast<unsigned char>(raw_[i]);
      put(c >= 0x80 && c < 0xa0 ? kUpper[c - 0x80] : c);
    }
  }

  void pairs(std::size_t size) {
    for (std::size_t i = 0; i + 1 < size; i += 2) {
      auto a = static_cast<unsigned char>(raw_[i]), b = static_cast<unsigned char>(raw_[i + 1]);
      unit(from_ == From::utf_16_le ? static_cast<std::uint32_t>(b << 8 | a) : static_cast<std::uint32_t>(a << 8 | b));
    }
    kept_ = size % 2;
    if (kept_ != 0) raw_[0] = raw_[size - 1];
  }

  void unit(std::uint32_t c) {
    bool low = c >= 0xdc00 && c < 0xe000;
    if (high_ != 0 && low) {
      put(0x10000 + ((high_ - 0xd800) << 10) + (c - 0xdc00));
      high_ = 0;
      return;
    }
    if (high_ != 0) put(0xfffd);
    high_ = c >= 0xd800 && c < 0xdc00 ? c : 0;
    if (high_ == 0) put(low ? 0xfffd : c);
  }

  std::unique_ptr<ByteStream> inner_;
  From from_;
  std::vector<char> raw_;
  std::size_t kept_ = 0;  // bytes of half a character at the begin of raw_
  std::uint32_t high_ = 0;
  std::string out_;
  std::size_t at_ = 0;
};

std::expected<std::unique_ptr<ByteStream>, std::string> unpacked(const std::string& path) {
  int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return std::unexpected(std::string("cannot be opened: ") + std::strerror(errno));
  unsigned char magic[4] = {};
  ssize_t got = ::pread(descriptor, magic, sizeof magic, 0);
  if (got >= 2 && magic[0] == 0x1f && magic[1] == 0x8b) return std::make_unique<Gzip>(descriptor);
  if (got == 4 && magic[0] == 0x28 && magic[1] == 0xb5 && magic[2] == 0x2f && magic[3] == 0xfd)
    return std::make_unique<Zstd>(descriptor);
  return std::make_unique<Plain>(descriptor);
}

}  // namespace

std::expected<std::unique_ptr<ByteStream>, std::string> open_stream(const std::string& path,
                                                                    config::Encoding encoding) {
  auto stream = unpacked(path);
  if (!stream) return stream;
  char mark[2] = {};
  auto got = (*stream)->read(mark, sizeof mark);
  bool marked = got && *got == 2;
  auto again = unpacked(path);  // from its begin
  if (!again) return again;
  if (marked && mark[0] == '\xff' && mark[1] == '\xfe')
    return std::make_unique<Recoded>(std::move(*again), Recoded::From::utf_16_le);
  if (marked && mark[0] == '\xfe' && mark[1] == '\xff')
    return std::make_unique<Recoded>(std::move(*again), Recoded::From::utf_16_be);
  if (encoding == config::Encoding::windows_1252)
    return std::make_unique<Recoded>(std::move(*again), Recoded::From::windows_1252);
  return again;
}

}  // namespace handoff::reconcile
