// A base URL from a configuration, and what a connector puts behind it: nothing but a host, a port and a path, and a
// request line that stays one line.

#include <array>

#include "core/net/base_url.hpp"
#include "core/net/client_exchange.hpp"
#include "core/net/http_text.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace handoff::fuzz {

namespace {

void base(std::string_view text) {
  auto url = net::parse_base_url(text);
  if (!url) return must(url.error().starts_with("url: "), "a complaint names the url", url.error());
  must(!url->host.empty() && net::to_lower(url->host) == url->host, "a host is there, in lower case", url->host);
  must(url->host.find_first_of("/@?# \r\n") == std::string::npos, "a host is a host", url->host);
  must(!url->port.empty() && url->port.find_first_not_of("0123456789") == std::string::npos, "a port is digits",
       url->port);
  must(net::is_field_value(url->host_header), "the Host header is one line", url->host_header);
  must(url->path.empty() || (net::is_origin_form(url->path) && !url->path.ends_with('/')), "a path is a path",
       url->path);
  std::string written = std::string(url->tls ? "https://" : "http://") + url->host_header + url->path;
  auto again = net::parse_base_url(written);
  must(again && again->tls == url->tls && again->host == url->host && again->port == url->port &&
           again->host_header == url->host_header && again->path == url->path,
       "a base URL that is written again is the same", written);
}

/// Lines of input: method, target, header name, header value; the rest is the body.
void request(Input input) {
  net::Request request;
  request.method = input.line();
  request.target = input.line();
  request.headers.emplace_back(input.line(), input.line());
  request.body = input.rest();
  net::ExchangeContext context;
  context.host = "vendor.example";
  context.path_prefix = "/base";
  net::ClientExchange exchange(request, context);
  if (exchange.done())
    return must(exchange.take_result().ended == net::Ended::not_sent, "what cannot be sent was not sent");
  auto [head, body] = exchange.to_write();
  must(body == request.body, "the body is sent as it is");
  must(head.ends_with("\r\n\r\n") && head.find("\r\n\r\n") == head.size() - 4, "a head ends once");
  std::size_t lines = 0;
  for (std::size_t i = 0; i < head.size(); ++i) {
    must((head[i] != '\n') || (i > 0 && head[i - 1] == '\r'), "a line ends in CR LF");
    must((head[i] != '\r') || (i + 1 < head.size() && head[i + 1] == '\n'), "a line ends in CR LF");
    lines += head[i] == '\n';
  }
  must(lines <= 6, "nothing in a request makes a header of its own", std::string(head));
  must(head.starts_with(request.method + " /base" + request.target + " HTTP/1.1\r\n"), "the target stays in its line");
}

}  // namespace

void one_input(std::string_view bytes) {
  base(bytes);
  request(Input(bytes));
}

}  // namespace handoff::fuzz
