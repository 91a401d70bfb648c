#include "core/net/message_parser.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <utility>

#include "core/net/http_text.hpp"

namespace handoff::net {
namespace {

namespace http = boost::beast::http;
using boost::system::error_code;
using BeastView = boost::beast::string_view;

constexpr std::size_t kChunkLineBytesMax = 4096;  // one chunk line, or the last one with its trailers
constexpr std::size_t kExtensionBytesMax = 1024;  // all chunk extensions of one message
// "0\r\n\r\n". Given a last chunk of which four bytes are there, Beast 1.81 stops the process by an assertion.
constexpr std::size_t kChunkRestBytesMin = 5;
constexpr std::uint32_t kNoHeaderLimit = 1U << 30;  // HeadScan has counted already

std::string_view view(BeastView text) { return {text.data(), text.size()}; }

/// Turns Beast's callbacks into a Head, and refuses what Beast lets pass.
template <bool is_request>
class Parser final : public http::basic_parser<is_request> {
 public:
  Parser(std::string_view buffer, Head& head) : buffer_(buffer), head_(&head) {}

  void decode_into(std::string& body) { body_ = &body; }
  bool inside_chunk() const { return chunk_left_ > 0; }
  /// Where the next chunk line begins: behind the line end of the chunk before.
  std::size_t chunk_line_at() const { return chunks_ > 0 ? 2 : 0; }

 private:
  Slice slice(std::string_view text) const {
    // An empty value may point anywhere; only its size counts.
    if (text.empty()) return {};
    return {static_cast<std::uint32_t>(text.data() - buffer_.data()), static_cast<std::uint32_t>(text.size())};
  }

  void on_request_impl(http::verb, BeastView method, BeastView target, int version, error_code&) override {
    head_->method = slice(view(method));
    head_->target = slice(view(target));
    head_->http_1_1 = version == 11;
  }

  void on_response_impl(int status, BeastView, int version, error_code& ec) override {
    head_->status = status;
    head_->http_1_1 = version == 11;
    if (status < 100 || status > 599) ec = http::error::bad_status;
  }

  void on_field_impl(http::field name, BeastView name_text, BeastView value_text, error_code& ec) override {
    if (head_ == nullptr) return;  // a trailer: of no interest, and never framing
    const auto value = view(value_text);
    switch (name) {
      case http::field::content_length:
        // Beast takes equal lengths and lists of equal lengths.
        if (lengths_++ > 0 || value.find(',') != std::string_view::npos) ec = http::error::multiple_content_length;
        break;
      case http::field::transfer_encoding:
        // Beast takes any coding, and then reads a request without a body.
        if (!iequals(value, "chunked") || !head_->http_1_1) ec = http::error::bad_transfer_encoding;
        break;
      case http::field::expect:
        head_->expects = true;
        head_->expects_continue = iequals(value, "100-continue");
        break;
      case http::field::host:
        ++head_->hosts;
        break;
      case http::field::authorization:
        ++head_->authorizations;
        break;
      default:
        break;
    }
    head_->fields.push_back({slice(view(name_text)), slice(value)});
  }

  void on_header_impl(error_code&) override {
    head_->keep_alive = this->keep_alive();
    head_->chunked = this->chunked();
    if (const auto length = this->content_length()) head_->content_length = *length;
    head_ = nullptr;
  }

  void on_chunk_header_impl(std::uint64_t size, BeastView extensions, error_code& ec) override {
    ++chunks_;
    chunk_left_ = size;
    extension_bytes_ += extensions.size();
    if (extension_bytes_ > kExtensionBytesMax) ec = http::error::bad_chunk_extension;
  }

  std::size_t on_chunk_body_impl(std::uint64_t, BeastView bytes, error_code&) override {
    body_->append(bytes.data(), bytes.size());
    chunk_left_ -= bytes.size();
    return bytes.size();
  }

  // Bodies with a length, and bodies that end with the stream, never pass through Beast.
  std::size_t on_body_impl(BeastView bytes, error_code&) override { return bytes.size(); }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  void on_finish_impl(error_code&) override {}

  std::string_view buffer_;
  Head* head_;
  std::string* body_ = nullptr;
  std::uint64_t chunks_ = 0;
  std::uint64_t chunk_left_ = 0;
  std::size_t extension_bytes_ = 0;
  int lengths_ = 0;
};

ParseError classify(const error_code& ec) {
  if (ec == http::error::body_limit) return ParseError::body_too_large;
  if (ec == http::error::bad_content_length || ec == http::error::multiple_content_length ||
      ec == http::error::bad_transfer_encoding || ec == http::error::bad_chunk ||
      ec == http::error::bad_chunk_extension)
    return ParseError::framing;
  return ParseError::malformed;
}

template <class P>
std::optional<ParseError> put_head(std::optional<P>& parser, std::string_view head, std::uint64_t body_bytes_max,
                                   bool no_body, Head& out) {
  parser.emplace(head, out);
  parser->header_limit(kNoHeaderLimit);
  parser->body_limit(body_bytes_max);
  if (no_body) parser->skip(true);
  error_code ec;
  const auto used = parser->put({head.data(), head.size()}, ec);
  if (ec) return classify(ec);
  if (used != head.size() || !parser->is_header_done()) return ParseError::malformed;
  return std::nullopt;
}

/// True if a chunk line cannot be had: longer than allowed, or with a quoted extension. Nobody uses those, and a line
/// end inside the quotes lets Beast 1.81 count the chunk against the limit once per call.
bool is_bad_chunk_line(std::string_view rest, std::size_t line_at) {
  const auto end = rest.find("\r\n", line_at);
  if (end == std::string_view::npos) return rest.size() > kChunkLineBytesMax;
  return end > kChunkLineBytesMax || rest.substr(0, end).find('"') != std::string_view::npos;
}

/// True if the size of the chunk line, as far as it is here, is none. Beast is given no less than kChunkRestBytesMin, and
/// who sent "G\r\n" sends no more.
bool is_bad_chunk_size(std::string_view rest, std::size_t line_at) {
  constexpr std::string_view kHex = "0123456789abcdefABCDEF";
  if (rest.size() <= line_at) return false;
  const auto end = rest.find_first_not_of(kHex, line_at);
  return end != std::string_view::npos &&
         (end == line_at || std::string_view("\r; \t").find(rest[end]) == std::string_view::npos);
}

template <class P>
MessageParser::Chunks put_chunks(P& parser, std::string_view in, std::string& body) {
  parser.decode_into(body);
  parser.eager(false);  // one chunk line or one run of body bytes per call: so that each line can be measured
  MessageParser::Chunks out;
  while (!parser.is_done() && out.consumed < in.size()) {
    const auto rest = in.substr(out.consumed);
    const bool line = !parser.inside_chunk();
    const bool bad =
        line && (is_bad_chunk_size(rest, parser.chunk_line_at()) || is_bad_chunk_line(rest, parser.chunk_line_at()));
    if (line && !bad && rest.size() < kChunkRestBytesMin) return out;
    if (bad) {
      out.error = ParseError::framing;
      return out;
    }
    error_code ec;
    const auto used = parser.put({rest.data(), rest.size()}, ec);
    // What is longer now is the last line with its trailers. The same limit, whole or still coming.
    const auto line_bytes = ec == http::error::need_more ? rest.size() : used;
    if (line && line_bytes > kChunkLineBytesMax) {
      out.error = ParseError::framing;
      return out;
    }
    if (ec == http::error::need_more) return out;
    if (ec) {
      out.error = ec == http::error::body_limit ? ParseError::body_too_large : ParseError::framing;
      return out;
    }
    out.consumed += used;
  }
  out.done = parser.is_done();
  return out;
}

}  // namespace

struct MessageParser::Impl {
  explicit Impl(Kind k) : kind(k) {}
  Kind kind;
  std::optional<Parser<true>> request;
  std::optional<Parser<false>> reply;
};

MessageParser::MessageParser(Kind kind) : impl_(std::make_unique<Impl>(kind)) {}
MessageParser::~MessageParser() = default;
MessageParser::MessageParser(MessageParser&&) noexcept = default;
MessageParser& MessageParser::operator=(MessageParser&&) noexcept = default;

std::optional<ParseError> MessageParser::parse_head(std::string_view head, std::uint64_t body_bytes_max, bool no_body,
                                                    Head& out) {
  if (impl_->kind == Kind::request) return put_head(impl_->request, head, body_bytes_max, no_body, out);
  return put_head(impl_->reply, head, body_bytes_max, no_body, out);
}

MessageParser::Chunks MessageParser::decode_chunks(std::string_view in, std::string& body) {
  if (impl_->kind == Kind::request) return put_chunks(*impl_->request, in, body);
  return put_chunks(*impl_->reply, in, body);
}

}  // namespace handoff::net
