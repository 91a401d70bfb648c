#include "core/conformance/cassette.hpp"

#include <algorithm>

#include "core/model/nearest.hpp"
#include "core/model/read_file.hpp"

namespace handoff::conformance {

namespace {

constexpr std::int64_t kNowMs = 1'795'442'400'000;  // 2026-11-23T14:00:00Z

/// "3:24" of a byte in a text.
std::string place_in(const std::string& text, std::size_t offset) {
  const std::string before = text.substr(0, offset);
  const std::size_t line_start = before.rfind('\n') + 1;  // 0 on the first line
  return std::to_string(std::ranges::count(before, '\n') + 1) + ":" + std::to_string(before.size() - line_start + 1);
}

/// RFC 7396: members of `patch` replace, null takes away.
json::Value merged(const json::Value& into, const json::Value& patch) {
  if (!patch.object()) return patch;
  json::Object out;
  for (const auto& [name, value] : into.as_object())
    if (!patch.object()->find(name)) out.set(name, value);
  for (const auto& [name, value] : patch.as_object())
    if (!value.is_null()) out.set(name, merged(into.at(name), value));
  return json::Value(std::move(out));
}

/// Reads one file and remembers what is wrong with it.
class Reader {
 public:
  Reader(std::filesystem::path folder, std::string file, std::vector<std::string>& problems)
      : folder_(std::move(folder)), file_(std::move(file)), problems_(problems) {}

  json::Value whole() {
    std::expected<std::string, Unread> text = read_file(folder_ / file_);
    if (!text) {
      complain("", "cannot be read");
      return {};
    }
    json::Parsed parsed = json::parse(*text);
    if (!parsed) complain("", place_in(*text, parsed.error.offset) + ": " + parsed.error.message);
    return parsed ? *parsed : json::Value();
  }

  Cassette cassette(const json::Value& from) {
    static const std::vector<std::string> known = {
        "operation", "says",   "source",    "stub",   "settings", "input",         "payload",   "after",
        "unsigned",  "now_ms", "exchanges", "expect", "of",       "stale_after_s", "stateless", "one_page"};
    only_known(from, "", known, "a cassette");
    Cassette out;
    out.name = file_.substr(0, file_.size() - 5);
    out.operation = from.at("operation").as_string();
    if (out.operation.empty()) complain("operation", "name the operation");
    out.says = from.at("says").as_string();
    out.source = from.at("source").as_string();
    out.stub = from.at("stub").as_bool();
    out.settings = from.at("settings");
    out.input = from.at("input").object() ? from.at("input") : json::Value(json::Object());
    out.payload = text_of(from.at("payload"), "payload");
    out.unsigned_why = from.at("unsigned").as_string();
    out.stale_after_s = from.at("stale_after_s").as_integer().value_or(0);
    out.stateless = from.at("stateless").as_bool();
    out.of = from.at("of").as_string();
    out.one_page = from.at("one_page").as_string();
    out.now_ms = from.at("now_ms").as_integer().value_or(kNowMs);
    out.expect = from.at("expect");
    if (out.expect.at("end").as_string().empty()) complain("expect.end", "write done, more or fail");
    if (from.at("after").array()) {
      out.after.emplace();
      for (const json::Value& label : from.at("after").as_array()) out.after->emplace_back(label.as_string());
    }
    for (const json::Value& one : from.at("exchanges").as_array()) out.exchanges.push_back(exchange(one, out));
    return out;
  }

 private:
  void complain(const std::string& where, const std::string& what) {
    problems_.push_back(file_ + ": " + where + (where.empty() ? "" : ": ") + what);
  }

  void only_known(const json::Value& from, const std::string& where, const std::vector<std::string>& known,
                  const std::string& of) {
    for (const auto& [name, value] : from.as_object()) {
      if (std::ranges::find(known, name) != known.end()) continue;
      complain(where + name, "is no member of " + of + perhaps_meant(name, known));
    }
  }

  Exchange exchange(const json::Value& from, const Cassette& in) {
    static const std::vector<std::string> known = {"label",   "request", "reply",  "reads",  "documented",
                                                   "genuine", "mac",     "secret", "message"};
    static const std::vector<std::string> known_reply = {"status", "headers", "json", "text", "file", "with"};
    std::string where = "exchanges[" + std::to_string(in.exchanges.size()) + "]";
    only_known(from, where + ".", known, "an exchange");
    only_known(from.at("reply"), where + ".reply.", known_reply, "a reply");
    Exchange out;
    out.label = from.at("label").as_string();
    if (out.label.empty()) complain(where + ".label", "name the call");
    out.reads = from.at("reads").as_bool();
    for (const json::Value& text : from.at("documented").as_array()) out.documented.emplace_back(text.as_string());
    if (from.at("genuine").is_bool()) {
      out.genuine = from.at("genuine").as_bool();
      return out;
    }
    if (from.at("mac").string()) {
      out.mac = *from.at("mac").string();
      out.secret = from.at("secret").as_string();
      out.message = from.at("message").as_string();
      return out;
    }
    out.request = from.at("request");
    if (out.request.at("method").as_string().empty() || out.request.at("target").as_string().empty())
      complain(where + ".request", "write method and target");
    json::Object reply;
    if (!from.at("reply").at("status").as_integer()) complain(where + ".reply.status", "write a number");
    reply.set("status", from.at("reply").at("status")).set("headers", from.at("reply").at("headers"));
    const json::Value& body = from.at("reply");
    if (!body.at("json").is_null())
      reply.set("json", body.at("json"));
    else
      body_of(body, where + ".reply", reply);
    out.reply = json::Value(std::move(reply));
    return out;
  }

  /// From `file`, patched by `with`, or from `text`.
  void body_of(const json::Value& from, const std::string& where, json::Object& reply) {
    std::string text = text_of(from, where);
    json::Parsed parsed = json::parse(text);
    if (parsed && from.at("text").is_null())
      reply.set("json", from.at("with").is_null() ? *parsed : merged(*parsed, from.at("with")));
    else
      reply.set("text", text);
  }

  /// "text", {"text": ...}, {"json": ...} or {"file": ...}.
  std::string text_of(const json::Value& from, const std::string& where) {
    if (from.string()) return *from.string();
    if (from.at("text").string()) return *from.at("text").string();
    if (!from.at("json").is_null()) return json::write(from.at("json"));
    if (!from.at("file").string()) return {};
    std::expected<std::string, Unread> text = read_file(folder_ / *from.at("file").string());
    if (!text) complain(where + ".file", "'" + *from.at("file").string() + "' cannot be read");
    return text.value_or("");
  }

  std::filesystem::path folder_;
  std::string file_;
  std::vector<std::string>& problems_;
};

std::vector<Waiver> read_waivers(const json::Value& from, std::vector<std::string>& problems) {
  std::vector<Waiver> out;
  if (!from.array()) problems.push_back("waivers.json: write a list");
  for (const json::Value& one : from.as_array()) {
    Waiver waiver{std::string(one.at("case").as_string()), std::string(one.at("cassette").as_string()),
                  std::string(one.at("reason").as_string())};
    if (waiver.case_id.empty() || waiver.reason.size() < 20)
      problems.push_back("waivers.json: every waiver names its case, and its reason in a sentence");
    out.push_back(std::move(waiver));
  }
  return out;
}

}  // namespace

Folder read_folder(const std::filesystem::path& path) {
  Folder out;
  out.path = path;
  std::error_code error;
  std::vector<std::string> files;
  for (const auto& item : std::filesystem::directory_iterator(path, error))
    if (item.path().extension() == ".json") files.push_back(item.path().filename().string());
  if (error) out.problems.push_back(path.string() + ": " + error.message());
  std::ranges::sort(files);
  for (const std::string& file : files) {
    Reader reader(path, file, out.problems);
    json::Value value = reader.whole();
    if (value.is_null()) continue;
    if (file == "settings.json")
      out.settings = std::move(value);
    else if (file == "model.json")
      out.model = std::move(value);
    else if (file == "waivers.json")
      out.waivers = read_waivers(value, out.problems);
    else
      out.cassettes.push_back(reader.cassette(value));
  }
  return out;
}

}  // namespace handoff::conformance
