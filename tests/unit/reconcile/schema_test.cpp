// What the audit, its history, the map, the diagnosis and a plan write is what the schemas in docs/reference say, and nothing else.

#include <boost/json.hpp>
#define VALIJSON_USE_EXCEPTIONS 1
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "core/reconcile/diagnose.hpp"
#include "core/reconcile/facts.hpp"
#include "core/reconcile/history.hpp"
#include "core/reconcile/plan.hpp"
#include "core/report/json.hpp"
#include "tests/unit/reconcile/files.hpp"

namespace handoff::reconcile {
namespace {

std::string contents(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// Readers may meet new members; whoever adds one here describes it.
void close_objects(boost::json::value& schema) {
  if (auto* list = schema.if_array())
    for (boost::json::value& one : *list) close_objects(one);
  auto* object = schema.if_object();
  if (object == nullptr) return;
  for (auto& [name, value] : *object) close_objects(value);
  const boost::json::value* properties = object->if_contains("properties");
  if (properties != nullptr && properties->is_object() && object->contains("required"))
    object->emplace("additionalProperties", false);
}

std::string complaints(const std::string& text, const std::string& of = "audit") {
  valijson::Schema schema;
  valijson::SchemaParser parser;
  boost::json::value described = boost::json::parse(contents(std::string(HANDOFF_SCHEMAS) + "/" + of + ".schema.json"));
  close_objects(described);
  parser.populateSchema(valijson::adapters::BoostJsonAdapter(described), schema);
  boost::json::value document = boost::json::parse(text);
  valijson::ValidationResults results;
  valijson::Validator validator;
  if (validator.validate(schema, valijson::adapters::BoostJsonAdapter(document), &results)) return "";
  std::string out = "invalid";
  for (valijson::ValidationResults::Error error; results.popError(error);) {
    for (const std::string& part : error.context) out += part;
    out += ": " + error.description + "\n";
  }
  return out;
}

TEST(Schema, DescribesWhatIsWritten) {
  Exports exports;
  std::string rows, cards;
  for (int i = 0; i < 40; ++i) {
    std::string n = std::to_string(i), day = std::to_string(10 + i / 3);
    rows += "r" + n + ",2026-11-" + day + "T10:00:00Z,S" + std::to_string(i % 3) +
            ",R1,E1,issue,5.00,USD,refund,jo@example.com\n";
    if (i % 7 != 0)
      cards += "gc" + n + ",r" + n + ",2026-11-" + day + "T10:00:09Z,issue,5.00,USD,refund,jo@example.com\n";
  }
  cards += "gcx,other,2026-11-15T10:00:09Z,issue,5.00,USD,refund,al@example.com\n";
  cards += "gcy,r3,2026-11-15T10:00:09Z,issue,oops,USD,refund,al@example.com\n";
  report::Audit audit = exports.pos(rows).platform(cards).done();
  ASSERT_GT(audit.findings.size(), 3u);
  EXPECT_EQ(complaints(json::write(report::summary_json(audit))), "");
  EXPECT_EQ(complaints(findings_text(audit)), "");
  EXPECT_NE(complaints("{\"schema\":1,\"findings\":[]}"), "");

  History history;
  report::Audit before = audit;
  before.as_of = "2026-11-20T00:00:00Z";
  audit.met[audit.findings.front().id] = report::Met::right;
  audit.findings.erase(audit.findings.begin());
  ASSERT_TRUE(follow(history, before) && follow(history, audit));
  EXPECT_EQ(audit.gone.size(), 1u);
  EXPECT_EQ(complaints(json::write(report::summary_json(audit))), "");
  EXPECT_EQ(complaints(findings_text(audit)), "");

  PlanRequest request{.as_of = audit.as_of, .findings = audit.findings};
  EXPECT_EQ(complaints(report::plan_text(make_plan(request)), "repair-plan"), "");
  request.hub = [](const Finding& one) -> HubAnswer {
    return report::HubView{"sc_" + one.id, "held", "5.00", "cu_1", 0, 3, "vendor refused"};
  };
  std::string plan = report::plan_text(make_plan(request));
  EXPECT_EQ(complaints(plan, "repair-plan"), "");
  plan.replace(plan.find("\"by\":\"hub\""), 10, "\"by\":\"who\"");
  EXPECT_NE(complaints(plan, "repair-plan"), "");

  EXPECT_EQ(complaints(write_history(history), "audit-history"), "");
  EXPECT_NE(complaints("{\"schema\":1,\"as_of\":\"\"}", "audit-history"), "");
  auto facts = read_facts(json::write(report::summary_json(audit)));
  ASSERT_TRUE(facts) << facts.error();
  EXPECT_EQ(complaints(json::write(report::map_json(map_of(*facts))), "map"), "");
  std::string diagnosis = json::write(diagnosis_json(diagnose(&*facts, nullptr)));
  EXPECT_NE(diagnosis.find("\"reasons\":[{"), std::string::npos) << diagnosis;
  EXPECT_EQ(complaints(diagnosis, "diagnosis"), "");
  diagnosis.replace(diagnosis.find("\"why\""), 5, "\"because\"");
  EXPECT_NE(complaints(diagnosis, "diagnosis"), "");
}

}  // namespace
}  // namespace handoff::reconcile
