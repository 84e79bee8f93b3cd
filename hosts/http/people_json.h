// People, tokens and the audit as the API shows them. Nothing secret is in them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hosts/http/exchange.h"
#include "hosts/people/audit_check.h"
#include "hosts/people/people.h"

namespace assay::http {

std::string_view text(Caller::Via via);

// `password`, `token`: what is shown this once; empty: nothing.
std::string json_of(const people::Person& person, std::string_view password = {});
std::string json_of(const std::vector<people::Person>& people);
std::string json_of(const people::Token& token, std::string_view shown = {});
std::string json_of(const std::vector<people::Token>& tokens);
std::string json_of(const people::AuditRows& rows);
std::string json_of(const people::AuditVerdict& verdict);
// `scope`: "lp LP_C".
std::string release_json(std::string_view scope, std::string_view who, std::string_view why,
                         Nanos until);
Reply too_many(const Request& request, Duration wait);

}  // namespace assay::http
