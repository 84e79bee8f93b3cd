#include "hosts/cli/catalog_output.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "hosts/cli/golden.h"
#include "hosts/cli/made_up_report.h"

namespace assay::cli {
namespace {

TEST(CatalogOutput, looks_as_it_should) {
    const Terminal t{.width = 100, .tty = true, .colour = false, .utf8 = true};
    EXPECT_TRUE(equals_golden(catalog_text(made_up_catalog(), t) + "\n" +
                                  kpi_text(made_up_catalog()[4], Terminal{.width = 60}),
                              "catalog_100"));
}

TEST(CatalogOutput, json_has_every_kpi) {
    const auto d = nlohmann::json::parse(catalog_json(made_up_catalog()));
    ASSERT_EQ(d["kpis"].size(), made_up_catalog().size());
    EXPECT_EQ(d["kpis"][4]["name"], "price_improvement_bps");
    EXPECT_EQ(d["kpis"][4]["good"], "higher");
}

}  // namespace
}  // namespace assay::cli
