#include "core/net/oauth1.hpp"

#include <algorithm>

#include "core/crypto/hash.hpp"
#include "core/net/http_text.hpp"

namespace handoff::net {
namespace {

/// RFC 5849 3.6: everything but the unreserved characters.
std::string percent(std::string_view text) {
  constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (kPlain.find(c) != std::string_view::npos)
      out += c;
    else
      out += {'%', kHex[byte >> 4], kHex[byte & 15]};
  }
  return out;
}

int digit(char c) {
  const char low = ascii_lower(c);
  if (low >= '0' && low <= '9') return low - '0';
  return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

/// Of one name or value in a query or form.
std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0;
    if (!escape) {
      out += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
    i += 2;
  }
  return out;
}

/// 3.4.1.3.1: "a=1&b&c=" as pairs.
void add_parameters(std::string_view text, Headers& out) {
  while (!text.empty()) {
    const auto part = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    if (part.empty()) continue;
    const auto equals = part.find('=');
    const auto value = equals == std::string_view::npos ? std::string_view{} : part.substr(equals + 1);
    out.emplace_back(decoded(part.substr(0, equals)), decoded(value));
  }
}

bool carries_a_form(const Request& request) {
  return std::ranges::any_of(request.headers, [](const auto& header) {
    const auto type = header.second.substr(0, header.second.find(';'));
    return iequals(header.first, "content-type") && iequals(type, "application/x-www-form-urlencoded");
  });
}

class OAuth1Signer final : public Signer {
 public:
  explicit OAuth1Signer(const OAuth1Auth& auth) : auth_(auth) {}
  void sign(const Request& request, const BaseUrl& base, Done done) override {
    done(Headers{
        {"Authorization", oauth1_header(auth_, request, base, auth_.seams.now_ms() / 1000, nonce(auth_.seams))}});
  }

 private:
  OAuth1Auth auth_;
};

}  // namespace

std::string oauth1_base_string(const Request& request, const BaseUrl& base, const Headers& oauth) {
  const std::string whole = base.path + request.target;
  const auto question = whole.find('?');
  Headers parameters = oauth;
  if (question != std::string::npos) add_parameters(std::string_view(whole).substr(question + 1), parameters);
  if (carries_a_form(request)) add_parameters(request.body, parameters);
  for (auto& [name, value] : parameters) {
    name = percent(name);
    value = percent(value);
  }
  std::ranges::sort(parameters);
  std::string joined;
  for (const auto& [name, value] : parameters) joined += (joined.empty() ? "" : "&") + name + "=" + value;
  const std::string url = (base.tls ? "https://" : "http://") + base.host_header + whole.substr(0, question);
  return request.method + "&" + percent(url) + "&" + percent(joined);
}

std::string oauth1_header(const OAuth1Auth& auth, const Request& request, const BaseUrl& base, std::int64_t unix_s,
                          const std::string& nonce) {
  Headers oauth = {{"oauth_consumer_key", auth.consumer_key}};
  if (!auth.token.empty()) oauth.emplace_back("oauth_token", auth.token);
  oauth.emplace_back("oauth_signature_method", auth.sha256 ? "HMAC-SHA256" : "HMAC-SHA1");
  oauth.emplace_back("oauth_timestamp", std::to_string(unix_s));
  oauth.emplace_back("oauth_nonce", nonce);
  const std::string text = oauth1_base_string(request, base, oauth);
  const std::string key = percent(auth.consumer_secret) + "&" + percent(auth.token_secret);
  const std::string mac = auth.sha256 ? std::string(crypto::bytes(crypto::hmac_sha256(key, text)))
                                      : std::string(crypto::bytes(crypto::hmac_sha1(key, text)));
  oauth.emplace_back("oauth_signature", base64(mac));
  std::string out = "OAuth ";
  if (!auth.realm.empty()) out += "realm=\"" + auth.realm + "\", ";
  for (const auto& [name, value] : oauth)
    out += (name == "oauth_consumer_key" ? "" : ", ") + name + "=\"" + percent(value) + "\"";
  return out;
}

std::shared_ptr<Signer> oauth1_signer(const OAuth1Auth& auth) { return std::make_shared<OAuth1Signer>(auth); }

}  // namespace handoff::net
