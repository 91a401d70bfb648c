// What a trace shows of foreign bodies: a known secret and an e-mail never come through, whatever stands around them.

#include "core/serve/views_mask.hpp"

#include "tests/fuzz/fuzz.hpp"

namespace handoff::fuzz {

namespace {

constexpr std::string_view kCode = "HX7Q9KPT2MWZ4VBN";

}  // namespace

void one_input(std::string_view bytes) {
  serve::Masker masker;
  masker.know(serve::Personal::code, kCode);
  auto hides = [&](std::string_view text) {
    must(masker.text(text).find(kCode) == std::string::npos, "a known code is hidden in a text");
    must(json::write(masker.body(text)).find(kCode) == std::string::npos, "a known code is hidden in a body");
    must(masker.target(text).find(kCode) == std::string::npos, "a known code is hidden in a target");
  };
  hides(bytes);
  std::string around(bytes);
  around.insert(around.size() / 2, kCode);
  hides(around);
  json::Object object;
  object.set("anything", bytes).set("note", around).set("password", bytes);
  json::Value shown = masker.json(json::Value(std::move(object)));
  must(json::write(shown).find(kCode) == std::string::npos, "a known code is hidden in JSON");
  must(bytes.empty() || shown.at("password").as_string() == "****", "a secret vanishes");
}

}  // namespace handoff::fuzz
