#pragma once
// Beast's HTTP/1 parser behind a plain face, with the gaps closed through which one message could be read as two
// (BARS R28). The only source in the tree that includes Beast is message_parser.cpp.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace handoff::net {

/// A piece of the buffer that was parsed; offsets, so that the buffer may move.
struct Slice {
  std::uint32_t at = 0;
  std::uint32_t size = 0;
  std::string_view in(std::string_view buffer) const { return buffer.substr(at, size); }
};

struct Field {
  Slice name;
  Slice value;
};

/// What a head says. Slices refer to the buffer given to parse_head().
struct Head {
  Slice method;  // of a request
  Slice target;
  int status = 0;           // of a reply
  bool http_1_1 = false;    // else 1.0
  bool keep_alive = false;  // the sender will read on after this message
  bool chunked = false;
  bool expects = false;              // an Expect header is there
  bool expects_continue = false;     // and it is 100-continue
  std::uint32_t hosts = 0;           // number of Host headers
  std::uint32_t authorizations = 0;  // and of Authorization
  std::optional<std::uint64_t> content_length;
  std::vector<Field> fields;
};

enum class ParseError { malformed, framing, body_too_large };

/// Parses one message at a time. Not thread safe; holds no bytes of the message.
class MessageParser {
 public:
  enum class Kind { request, reply };
  explicit MessageParser(Kind kind);
  ~MessageParser();
  MessageParser(MessageParser&&) noexcept;
  MessageParser& operator=(MessageParser&&) noexcept;

  /// Parses a whole head, its empty line included, as HeadScan found it. `no_body`: the reply to a HEAD request.
  /// Declared lengths above `body_bytes_max` are refused here, before a byte of the body is read.
  std::optional<ParseError> parse_head(std::string_view head, std::uint64_t body_bytes_max, bool no_body, Head& out);

  struct Chunks {
    std::size_t consumed = 0;
    bool done = false;
    std::optional<ParseError> error;
  };
  /// After a head with `chunked`: decodes from `in`, appending to `body`. What is not consumed must be given again
  /// with more bytes behind it.
  Chunks decode_chunks(std::string_view in, std::string& body);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace handoff::net
