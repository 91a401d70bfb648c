#include "core/model/auth_sheet.hpp"

#include <algorithm>

namespace handoff {

namespace {

enum class Kind {
  secret,    // the name of a secret
  text,      // text with {settings} in it
  setting,   // the name of a setting
  seconds,   // 1 to a month
  headers,   // header name -> name of a secret
  texts,     // name -> text
  body,      // any JSON, with {"secret": NAME} in it
  statuses,  // a list of HTTP statuses
  word       // one of `words`
};

struct Member {
  std::string_view name;
  Kind kind;
  bool required = false;
  std::string_view words = {};  // "json, form"
};

struct Scheme {
  std::string_view name;
  std::vector<Member> members;
};

constexpr std::int64_t kTokenSecondsMax = 30 * 86'400;

std::vector<Member> with(std::vector<Member> some, const std::vector<Member>& more) {
  some.insert(some.end(), more.begin(), more.end());
  return some;
}

const std::vector<Scheme>& schemes() {
  static const std::vector<Member> endpoint = {{"token_url", Kind::text},
                                               {"token_url_setting", Kind::setting},
                                               {"scope", Kind::text},
                                               {"parameters", Kind::texts}};
  static const std::vector<Member> client = {{"client_id", Kind::secret, true},
                                             {"client_secret", Kind::secret},
                                             {"client_auth", Kind::word, false, "form, basic"},
                                             {"client_key", Kind::secret},
                                             {"client_key_id", Kind::text}};
  static const std::vector<Scheme> list = {
      {"none", {}},
      {"url", {{"url", Kind::secret, true}}},
      {"headers", {{"headers", Kind::headers, true}}},
      {"bearer", {{"token", Kind::secret, true}}},
      {"basic", {{"user", Kind::secret, true}, {"password", Kind::secret, true}}},
      {"oauth2_client_credentials", with(endpoint, client)},
      {"oauth2_refresh_token", with(with(endpoint, client), {{"refresh_token", Kind::secret, true}})},
      {"oauth2_jwt_bearer", with(endpoint, {{"key", Kind::secret, true},
                                            {"key_id", Kind::text},
                                            {"issuer", Kind::text, true},
                                            {"subject", Kind::text},
                                            {"audience", Kind::text},
                                            {"claims", Kind::texts},
                                            {"lifetime_s", Kind::seconds}})},
      {"oauth1",
       {{"consumer_key", Kind::secret, true},
        {"consumer_secret", Kind::secret, true},
        {"token", Kind::secret},
        {"token_secret", Kind::secret},
        {"method", Kind::word, false, "HMAC-SHA256, HMAC-SHA1"},
        {"realm", Kind::text}}},
      {"session",
       {{"login", Kind::text, true},
        {"body", Kind::body, true},
        {"body_as", Kind::word, false, "json, form"},
        {"pointer", Kind::text},
        {"cookie", Kind::text},
        {"token_header", Kind::text},
        {"header", Kind::text},
        {"prefix", Kind::text},
        {"life_s", Kind::seconds},
        {"renew_at", Kind::statuses}}},
      {"steps", {{"login_url", Kind::text}, {"renew_at", Kind::statuses}}}};
  return list;
}

/// Remembers the first complaint.
class Checker {
 public:
  explicit Checker(const json::Value& connector) : connector_(connector) {}

  std::string run() {
    const json::Value& auth = connector_.at("auth");
    if (!auth.object()) return auth.is_null() ? steps(false) : "auth: write an object";
    auto scheme = std::ranges::find(schemes(), auth.at("scheme").as_string(), &Scheme::name);
    if (scheme == schemes().end()) return "auth.scheme: write one of " + names();
    for (const auto& [name, value] : auth.as_object()) known(*scheme, name);
    for (const Member& member : scheme->members) judge(member, auth.at(member.name));
    if (scheme->name.starts_with("oauth2")) endpoint(auth);
    if (scheme->name == "oauth2_client_credentials" || scheme->name == "oauth2_refresh_token") client(*scheme, auth);
    if (scheme->name == "session") session(auth);
    return problem_.empty() ? steps(scheme->name == "steps") : problem_;
  }

 private:
  void complain(std::string_view where, const std::string& what) {
    if (problem_.empty()) problem_ = "auth." + std::string(where) + ": " + what;
  }

  static std::string names() {
    std::string out;
    for (const Scheme& scheme : schemes()) out += (out.empty() ? "" : ", ") + std::string(scheme.name);
    return out;
  }

  void known(const Scheme& scheme, const std::string& name) {
    if (name == "scheme" || std::ranges::find(scheme.members, name, &Member::name) != scheme.members.end()) return;
    std::string all;
    for (const Member& member : scheme.members) all += (all.empty() ? "" : ", ") + std::string(member.name);
    complain(name, std::string(scheme.name) + " has no such member" + (all.empty() ? "" : "; it has " + all));
  }

  void judge(const Member& member, const json::Value& value) {
    if (value.is_null()) {
      if (member.required) complain(member.name, "is missing");
      return;
    }
    switch (member.kind) {
      case Kind::secret:
        return secret(member.name, value);
      case Kind::text:
        return text(member.name, value);
      case Kind::setting:
        if (!has_setting(value.as_string())) complain(member.name, no_setting(value.as_string()));
        return;
      case Kind::seconds:
        if (auto number = value.as_integer(); !number || *number < 1 || *number > kTokenSecondsMax)
          complain(member.name, "write a whole number of seconds, at most a month of them");
        return;
      case Kind::headers:
        if (value.as_object().empty()) complain(member.name, "write {\"Header-Name\": \"secret\"}");
        for (const auto& [name, one] : value.as_object()) secret(std::string(member.name) + "." + name, one);
        return;
      case Kind::texts:
        if (!value.object()) complain(member.name, "write an object of texts");
        for (const auto& [name, one] : value.as_object()) text(std::string(member.name) + "." + name, one);
        return;
      case Kind::body:
        if (!value.object()) complain(member.name, "write an object");
        return body(member.name, value);
      case Kind::statuses:
        if (!value.array()) complain(member.name, "write a list of HTTP statuses");
        for (const json::Value& one : value.as_array())
          if (auto status = one.as_integer(); !status || *status < 300 || *status > 599)
            complain(member.name, "write HTTP statuses, 300 to 599");
        return;
      case Kind::word:
        if ((", " + std::string(member.words) + ",").find(", " + std::string(value.as_string()) + ",") ==
            std::string::npos)
          complain(member.name, "write one of " + std::string(member.words));
        return;
    }
  }

  void secret(std::string_view where, const json::Value& value) {
    if (!value.string() || connector_.at("secrets").at(*value.string()).is_null())
      complain(where, "the connector declares no secret \"" + std::string(value.as_string()) + "\"");
  }

  bool has_setting(std::string_view name) const {
    return !connector_.at("settings").at("properties").at(name).is_null();
  }
  static std::string no_setting(std::string_view name) {
    return "the connector has no setting \"" + std::string(name) + "\"";
  }

  void text(std::string_view where, const json::Value& value) {
    if (!value.string()) return complain(where, "write a string");
    for (const std::string& name : settings_named(*value.string()))
      if (!has_setting(name)) complain(where, no_setting(name));
  }

  void body(std::string_view where, const json::Value& value) {
    if (value.string()) return text(where, value);
    if (value.as_object().size() == 1 && value.at("secret").string()) return secret(where, value.at("secret"));
    for (const auto& [name, one] : value.as_object()) body(std::string(where) + "." + name, one);
    for (const json::Value& one : value.as_array()) body(where, one);
  }

  void endpoint(const json::Value& auth) {
    if (auth.at("token_url").is_null() && auth.at("token_url_setting").is_null())
      complain("token_url", "is missing; write token_url or token_url_setting");
  }

  void client(const Scheme& scheme, const json::Value& auth) {
    const bool secret = !auth.at("client_secret").is_null(), key = !auth.at("client_key").is_null();
    if (secret && key) complain("client_key", "there is a client_secret, too; write one of the two");
    if (!secret && !key && scheme.name == "oauth2_client_credentials") complain("client_secret", "is missing");
  }

  void session(const json::Value& auth) {
    const int places =
        !auth.at("pointer").is_null() + !auth.at("cookie").is_null() + !auth.at("token_header").is_null();
    if (places != 1)
      complain("pointer", "write one of pointer, cookie and token_header: where the answer has the token");
    if (!auth.at("pointer").is_null() && !auth.at("pointer").as_string().starts_with('/'))
      complain("pointer", "write a JSON pointer, which begins with '/'");
    if (auth.at("cookie").is_null() == auth.at("header").is_null())
      complain("header", auth.at("cookie").is_null() ? "is missing: the header that carries the token"
                                                     : "a cookie is sent as a cookie; take the header out");
    if (!auth.at("login").as_string().starts_with('/')) complain("login", "write a path, which begins with '/'");
    if (auth.at("body_as").as_string() == "form")
      for (const auto& [name, one] : auth.at("body").as_object())
        if (!one.string() && one.at("secret").is_null()) complain("body." + name, "a form holds texts and secrets");
  }

  /// The scheme and the operations belong together.
  std::string steps(bool declared) const {
    const json::Value& operations = connector_.at("operations");
    const bool any = !operations.at("auth").is_null() || !operations.at("sign").is_null();
    if (any == declared) return {};
    return declared ? "auth.scheme: steps are the operations auth and sign, and there is neither"
                    : "auth.scheme: the operations auth and sign run only with the scheme steps";
  }

  const json::Value& connector_;
  std::string problem_;
};

}  // namespace

std::string auth_problem(const json::Value& connector) { return Checker(connector).run(); }

std::vector<std::string> settings_named(std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t open = text.find('{'); open != std::string_view::npos; open = text.find('{', open + 1)) {
    const std::size_t close = text.find('}', open);
    if (close == std::string_view::npos) break;
    out.emplace_back(text.substr(open + 1, close - open - 1));
  }
  return out;
}

}  // namespace handoff
