#include "services/catalogue/places.hpp"
#include "services/catalogue/store.hpp"
#include "tests/support/databases.hpp"

#include <catch2/catch_test_macros.hpp>

#include <fstream>
#include <functional>
#include <iterator>
#include <set>

namespace cp {
extern const std::string_view catalogue_schema;
}

using namespace cp;
using namespace cp::catalogue;

namespace {

std::string uuid(int number) {
  auto digits = std::to_string(number);
  return "0190a000-0000-7000-8000-" + std::string(12 - digits.size(), '0') + digits;
}

const Authority trafford{Id<"authority">(uuid(1)), "Trafford"};
const Authority plymouth{Id<"authority">(uuid(2)), "Plymouth"};
const std::map<std::string, Id<"authority">> authorities{{"Trafford", trafford.id}, {"Plymouth", plymouth.id}};
const Timestamp now = from_microseconds(1'700'000'000'000'000);

void on_each_database(const std::function<void(db::Database&)>& body) {
  test::for_each_database({{"catalogue", catalogue_schema}}, [&](db::Database& database) {
    database.write_now([](db::Tx& tx) {
      store::prepare(tx);
      store::put_authority(tx, trafford, "trafford");
      store::put_authority(tx, plymouth, "plymouth");
    });
    body(database);
  });
}

std::vector<MappedRow> real_mapping() {
  std::ifstream file(CP_SOURCE_DIR "/services/catalogue/data/short-breaks-mapping.csv", std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const auto rows = read_mapping(text);
  REQUIRE(rows.has_value());
  return *rows;
}

store::Imported import(db::Database& database, const std::vector<MappedRow>& rows) {
  auto ids = make_seeded_ids(7);
  store::Imported count;
  database.write_now([&](db::Tx& tx) { count = store::import_rows(tx, *ids, now, rows, authorities); });
  return count;
}

std::vector<Service> find(db::Database& database, const store::ServiceFilter& filter) {
  std::vector<Service> found;
  database.read_now([&](db::Tx& tx) { found = store::services(tx, filter); });
  return found;
}

/// A filter for everything, changed.
store::ServiceFilter wanting(const std::function<void(store::ServiceFilter&)>& change) {
  store::ServiceFilter filter;
  filter.limit = 500;
  change(filter);
  return filter;
}

Provider provider_number(int number) {
  Provider provider;
  provider.id = Id<"provider">(uuid(100 + number));
  provider.name = "Provider " + std::to_string(number);
  provider.kind = ProviderKind::voluntary;
  provider.vetting = {{plymouth, VettingState::unknown, ""}, {trafford, VettingState::approved, "Visited in May."}};
  return provider;
}

Offer offer_number(int number, const Provider& provider) {
  Offer offer;
  offer.id = Id<"offer">(uuid(200 + number));
  offer.provider = provider.id;
  offer.provider_name = provider.name;
  offer.service = Id<"service">(uuid(300 + number));
  offer.own_service = true;
  offer.created = now;
  auto& terms = offer.terms;
  terms.authorities = {trafford.id};
  terms.title = "Boccia " + std::to_string(number);
  terms.activity_type = "Groups: Sports and outdoor activities";
  terms.description = "Indoor bowls, \"for everybody\".";
  terms.age_min = 5;
  terms.age_max = 11;
  terms.needs_catered = {Need::autism, Need::physical};
  terms.wheelchair_access = WheelchairAccess::yes;
  terms.staff_checks = StaffChecks::known;
  terms.place = "M33";
  terms.minimum_children = 2;
  terms.maximum_children = 8;
  terms.minutes_per_session = 90;
  terms.tiers = {{1, Money(4'000), Money(500), Money(0)}, {5, Money(6'000), Money(0), Money(100)}};
  return offer;
}

void insert(db::Database& database, const Provider& provider, const std::vector<Offer>& offers) {
  database.write_now([&](db::Tx& tx) {
    store::insert_provider(tx, provider, now);
    for (const auto& offer : offers) store::insert_offer(tx, offer, provider.kind);
  });
}

std::vector<Offer> find(db::Database& database, const store::OfferFilter& filter) {
  std::vector<Offer> found;
  database.read_now([&](db::Tx& tx) { found = store::offers(tx, filter); });
  return found;
}

}  // namespace

TEST_CASE("the mapping is loaded whole, and loading it again changes nothing") {
  on_each_database([](db::Database& database) {
    const auto rows = real_mapping();
    auto count = import(database, rows);
    CHECK(count.added == 110);
    const auto before = find(database, wanting([](auto&) {}));
    REQUIRE(before.size() == 110);
    count = import(database, rows);
    CHECK(count.added == 0);
    CHECK(count.changed == 0);
    CHECK(count.unchanged == 110);
    const auto after = find(database, wanting([](auto&) {}));
    REQUIRE(after.size() == 110);
    for (std::size_t at = 0; at < before.size(); ++at) CHECK(before[at].id == after[at].id);

    auto corrected = rows;
    corrected[3].service.capacity = "12";
    count = import(database, corrected);
    CHECK(count.changed == 1);
    CHECK(count.unchanged == 109);
    CHECK(find(database, wanting([](auto&) {})).size() == 110);
  });
}

TEST_CASE("the market counts exactly what is in the mapping") {
  on_each_database([](db::Database& database) {
    const auto rows = real_mapping();
    import(database, rows);
    // What a provider publishes is not part of the mapped market.
    const auto provider = provider_number(1);
    insert(database, provider, {offer_number(1, provider)});
    using Counts = std::map<std::pair<std::string, ServiceTier>, std::int64_t>;
    const auto counted = [&](const std::optional<Id<"authority">>& authority) {
      Counts counts;
      database.read_now([&](db::Tx& tx) {
        counts.clear();
        for (const auto& row : store::market(tx, authority)) counts[{row.type, row.tier}] = row.count;
      });
      return counts;
    };
    for (const auto* authority : {&trafford, &plymouth}) {
      Counts expected;
      std::int64_t total = 0;
      for (const auto& row : rows) {
        if (row.authority_name != authority->name) continue;
        ++expected[{row.service.type, row.service.tier}];
        ++total;
      }
      CHECK(total == (authority == &trafford ? 68 : 42));
      CHECK(counted(authority->id) == expected);
    }
    std::int64_t all = 0;
    for (const auto& [key, count] : counted(std::nullopt)) all += count;
    CHECK(all == 110);
    CHECK(counted(trafford.id).at({"One to one support", ServiceTier::family_information_service}) == 10);
    CHECK(counted(Id<"authority">(uuid(9))).empty());
  });
}

TEST_CASE("services by each filter") {
  on_each_database([](db::Database& database) {
    import(database, real_mapping());
    using Filter = store::ServiceFilter;
    struct Case {
      const char* what;
      std::function<void(Filter&)> change;
      std::size_t expected;
    };
    const Case cases[] = {
        {"everything", [](Filter&) {}, 110},
        {"Trafford", [](Filter& f) { f.authority = trafford.id; }, 68},
        {"Plymouth", [](Filter& f) { f.authority = plymouth.id; }, 42},
        {"nowhere", [](Filter& f) { f.authority = Id<"authority">(uuid(9)); }, 0},
        {"a type", [](Filter& f) { f.type = "Equipment"; }, 1},
        {"a tier", [](Filter& f) { f.tier = ServiceTier::local_core_offer; f.authority = trafford.id; }, 14},
        {"autism", [](Filter& f) { f.need = Need::autism; }, 12},
        {"hearing", [](Filter& f) { f.need = Need::sensory_hearing; }, 3},
        {"epilepsy", [](Filter& f) { f.need = Need::epilepsy; }, 0},
        {"words", [](Filter& f) { f.words = "sailing"; }, 2},
        {"the beginning of a word", [](Filter& f) { f.words = "Sail"; }, 2},
        {"two words", [](Filter& f) { f.words = "youth sailing"; }, 1},
        {"words of nothing", [](Filter& f) { f.words = "zeppelin"; }, 0},
        {"any text is safe", [](Filter& f) { f.words = "'; DROP \"TABLE* -- ) OR NEAR("; }, 0},
        {"words and authority", [](Filter& f) { f.words = "sailing"; f.authority = trafford.id; }, 0},
        {"only what can be bought", [](Filter& f) { f.offers_only = true; }, 0},
    };
    for (const auto& [what, change, expected] : cases) {
      CAPTURE(what);
      CHECK(find(database, wanting(change)).size() == expected);
    }
  });
}

TEST_CASE("ages overlap, and an age not known could be the right one") {
  on_each_database([](db::Database& database) {
    struct Case {
      std::optional<std::int64_t> age_min, age_max;
      std::size_t expected;
    };
    // Counted from the file by hand: 61 services say nothing of ages, one says from 11 on.
    const Case cases[] = {
        {std::nullopt, std::nullopt, 110}, {5, 11, 97}, {0, 4, 82},  {19, 25, 75},
        {26, std::nullopt, 62},            {std::nullopt, 3, 82},    {12, 12, 98},
    };
    import(database, real_mapping());
    for (const auto& [age_min, age_max, expected] : cases) {
      CAPTURE(age_min.value_or(-1), age_max.value_or(-1));
      const auto found = find(database, wanting([&, low = age_min, high = age_max](auto& filter) {
                                filter.age_min = low;
                                filter.age_max = high;
                              }));
      CHECK(found.size() == expected);
      for (const auto& service : found) {
        CHECK((!age_min || !service.age_max || *service.age_max >= *age_min));
        CHECK((!age_max || !service.age_min || *service.age_min <= *age_max));
      }
    }
  });
}

TEST_CASE("pages of services hold each once, in order") {
  on_each_database([](db::Database& database) {
    import(database, real_mapping());
    std::set<std::string> seen;
    store::ServiceFilter filter;
    filter.limit = 7;
    for (;;) {
      const auto page = find(database, filter);
      for (const auto& service : page) {
        CHECK(seen.insert(service.id.text()).second);
        const auto key = std::pair(store::sort_name(service.name), service.id);
        if (filter.after_name) CHECK(std::pair(*filter.after_name, filter.after_id) < key);
        filter.after_name = key.first;
        filter.after_id = key.second;
      }
      if (page.size() < 7) break;
    }
    CHECK(seen.size() == 110);
  });
}

TEST_CASE("near a place: by distance where the place is known, by authority where it is not") {
  on_each_database([](db::Database& database) {
    import(database, real_mapping());
    const auto provider = provider_number(1);
    auto far = offer_number(2, provider);
    far.terms.place = "WA13";
    insert(database, provider, {offer_number(1, provider), far});
    const auto within = [&](std::string_view district, double miles) {
      const auto* place = find_place(district);
      std::vector<std::string> districts;
      for (const auto near : districts_within(*place, miles)) districts.emplace_back(near);
      return find(database, wanting([&](auto& filter) {
                    filter.near = store::Near{districts, std::string(place->authority_name)};
                  }))
          .size();
    };
    CHECK(within("M33", 2) == 69);
    CHECK(within("M33", 20) == 70);
    CHECK(within("PL1", 20) == 42);
  });
}

TEST_CASE("an authority is found by id, name and short name") {
  on_each_database([](db::Database& database) {
    database.read_now([](db::Tx& tx) {
      for (const std::string& text : {std::string("Trafford"), std::string("TRAFFORD"), std::string("trafford"), trafford.id.text()}) {
        CAPTURE(text);
        CHECK(store::find_authority(tx, text) == trafford);
      }
      CHECK_FALSE(store::find_authority(tx, "Narnia"));
    });
  });
}

TEST_CASE("a provider and what authorities found of it") {
  on_each_database([](db::Database& database) {
    const auto provider = provider_number(1);
    insert(database, provider, {});
    insert(database, provider_number(2), {});
    store::VettingChange change{uuid(50), provider.id, plymouth.id, VettingState::rejected, "No checks.",
                                Id<"account">(uuid(60)), now};
    database.write_now([&](db::Tx& tx) { store::put_vetting(tx, change); });
    database.read_now([&](db::Tx& tx) {
      const auto found = store::find_provider(tx, provider.id);
      REQUIRE(found);
      REQUIRE(found->vetting.size() == 2);
      CHECK(found->vetting[0].authority == plymouth);
      CHECK(found->vetting[0].state == VettingState::rejected);
      CHECK(found->vetting[0].note == "No checks.");
      CHECK(found->vetting[1].state == VettingState::approved);
      CHECK(tx.number("SELECT COUNT(*) FROM catalogue_vetting_history") == 1);
      const auto first = store::providers(tx, std::nullopt, 1);
      REQUIRE(first.size() == 1);
      CHECK(first[0].vetting.size() == 2);
      const auto second = store::providers(tx, std::pair(store::sort_name(first[0].name), first[0].id.text()), 9);
      REQUIRE(second.size() == 1);
      CHECK(second[0].name == "Provider 2");
    });
  });
}

TEST_CASE("an offer comes back as it was published") {
  on_each_database([](db::Database& database) {
    const auto provider = provider_number(1);
    auto offer = offer_number(1, provider);
    insert(database, provider, {offer});
    Run run{Id<"run">(uuid(400)), offer.id, 6, *parse_date("2026-11-28"), 600, 690, 6, 8};
    database.write_now([&](db::Tx& tx) {
      auto copy = offer;
      store::insert_run(tx, copy, run);
    });
    database.read_now([&](db::Tx& tx) {
      const auto found = store::find_offer(tx, offer.id);
      REQUIRE(found);
      CHECK(found->provider_name == "Provider 1");
      CHECK(found->own_service);
      CHECK(found->terms.authorities == offer.terms.authorities);
      CHECK(found->terms.tiers == offer.terms.tiers);
      CHECK(found->terms.needs_catered == offer.terms.needs_catered);
      CHECK(found->terms.description == offer.terms.description);
      CHECK(found->terms.wheelchair_access == WheelchairAccess::yes);
      CHECK(found->vetting.size() == 2);
      REQUIRE(found->runs.size() == 1);
      CHECK(dates_of(found->runs[0]).back() == *parse_date("2027-01-02"));
      CHECK(found->runs[0].to_minute == 690);
      const auto service = store::find_service(tx, offer.service);
      REQUIRE(service);
      CHECK(service->tier == ServiceTier::published);
      CHECK(service->authority_names == "Trafford");
      CHECK(service->offers == 1);
      CHECK(store::offers_of_service(tx, offer.service).size() == 1);
    });
  });
}

TEST_CASE("an offer changes once for each version, and its service with it") {
  on_each_database([](db::Database& database) {
    const auto provider = provider_number(1);
    auto offer = offer_number(1, provider);
    insert(database, provider, {offer});
    database.write_now([&](db::Tx& tx) {
      auto changed = offer;
      changed.terms.title = "Curling";
      changed.terms.authorities = {trafford.id, plymouth.id};
      changed.terms.tiers = {{2, Money(100), Money(0), Money(0)}};
      REQUIRE(store::update_offer(tx, changed, provider.kind));
      CHECK(changed.version == 2);
      auto late = offer;
      CHECK_FALSE(store::update_offer(tx, late, provider.kind));
    });
    database.read_now([&](db::Tx& tx) {
      const auto found = store::find_offer(tx, offer.id);
      REQUIRE(found);
      CHECK(found->version == 2);
      CHECK(found->terms.tiers == std::vector<PriceTier>{{2, Money(100), Money(0), Money(0)}});
      const auto service = store::find_service(tx, offer.service);
      REQUIRE(service);
      CHECK(service->name == "Curling");
      CHECK(service->authority_names == "Plymouth, Trafford");
    });
    store::ServiceFilter words;
    words.words = "curling";
    CHECK(find(database, words).size() == 1);
    words.words = "boccia";
    CHECK(find(database, words).empty());

    database.write_now([&](db::Tx& tx) {
      auto withdrawn = *store::find_offer(tx, offer.id);
      withdrawn.state = OfferState::withdrawn;
      REQUIRE(store::update_offer(tx, withdrawn, provider.kind));
    });
    CHECK(find(database, wanting([](auto&) {})).empty());
    store::OfferFilter offers;
    CHECK(find(database, offers).empty());
    offers.withdrawn_too = true;
    CHECK(find(database, offers).size() == 1);
  });
}

TEST_CASE("an offer of a mapped service makes it one that can be bought") {
  on_each_database([](db::Database& database) {
    import(database, real_mapping());
    const auto provider = provider_number(1);
    auto offer = offer_number(1, provider);
    offer.own_service = false;
    offer.service = find(database, wanting([](auto& f) { f.words = "youth sailing"; })).front().id;
    insert(database, provider, {offer});
    const auto bought = find(database, wanting([](auto& f) { f.offers_only = true; }));
    REQUIRE(bought.size() == 1);
    CHECK(bought[0].name == "Youth Sailing");
    CHECK(bought[0].tier == ServiceTier::local_core_offer);
    CHECK(import(database, real_mapping()).unchanged == 110);
    CHECK(find(database, wanting([](auto& f) { f.offers_only = true; })).size() == 1);
  });
}

TEST_CASE("offers by each filter") {
  on_each_database([](db::Database& database) {
    const auto one = provider_number(1);
    const auto two = provider_number(2);
    auto swimming = offer_number(3, two);
    swimming.terms.title = "Swimming";
    swimming.terms.activity_type = "Groups: Other";
    swimming.terms.authorities = {plymouth.id};
    swimming.terms.place = "PL4";
    swimming.terms.age_min = 12;
    swimming.terms.age_max = 25;
    swimming.terms.needs_catered = {Need::epilepsy};
    insert(database, one, {offer_number(1, one), offer_number(2, one)});
    insert(database, two, {swimming});
    using Filter = store::OfferFilter;
    struct Case {
      const char* what;
      std::function<void(Filter&)> change;
      std::size_t expected;
    };
    const Case cases[] = {
        {"everything", [](Filter&) {}, 3},
        {"Trafford", [](Filter& f) { f.authority = trafford.id; }, 2},
        {"a type", [](Filter& f) { f.type = "Groups: Other"; }, 1},
        {"a provider", [&](Filter& f) { f.provider = one.id; }, 2},
        {"a need", [](Filter& f) { f.need = Need::autism; }, 2},
        {"words", [](Filter& f) { f.words = "boccia"; }, 2},
        {"too old", [](Filter& f) { f.age_min = 12; }, 1},
        {"the edge of both", [](Filter& f) { f.age_min = 11; f.age_max = 12; }, 3},
        {"districts", [](Filter& f) { f.districts = {"PL4", "PL1"}; }, 1},
        {"two of three", [](Filter& f) { f.limit = 2; }, 2},
        {"the page after", [](Filter& f) { f.after_title = "boccia 1"; f.after_id = Id<"offer">(uuid(201)); }, 2},
    };
    for (const auto& [what, change, expected] : cases) {
      CAPTURE(what);
      Filter filter;
      change(filter);
      CHECK(find(database, filter).size() == expected);
    }
  });
}

TEST_CASE("lists hide what `may_see` hides") {
  on_each_database([](db::Database& database) {
    const auto provider = provider_number(1);
    auto offer = offer_number(1, provider);
    offer.terms.authorities = {plymouth.id, trafford.id};
    insert(database, provider, {offer});
    std::vector<Reader> readers(6);
    readers[1].own = trafford.id;
    readers[2].asked = trafford.id;
    readers[3].own = trafford.id;
    readers[3].asked = plymouth.id;
    readers[4].sees_rejected = true;
    readers[5].provider = provider.id;
    int change = 0;
    for (const auto of_trafford : {VettingState::approved, VettingState::rejected}) {
      for (const auto of_plymouth : {VettingState::unknown, VettingState::rejected}) {
        database.write_now([&](db::Tx& tx) {
          store::put_vetting(tx, {uuid(700 + ++change), provider.id, trafford.id, of_trafford, "", Id<"account">(uuid(60)), now});
          store::put_vetting(tx, {uuid(700 + ++change), provider.id, plymouth.id, of_plymouth, "", Id<"account">(uuid(60)), now});
        });
        for (std::size_t at = 0; at < readers.size(); ++at) {
          CAPTURE(at, name(of_trafford), name(of_plymouth));
          store::OfferFilter offers;
          offers.reader = readers[at];
          std::optional<Offer> stored;
          database.read_now([&](db::Tx& tx) { stored = store::find_offer(tx, offer.id); });
          const auto seen = find(database, offers).size() == 1;
          CHECK(seen == may_see(readers[at], *stored));
          const auto service_seen = find(database, wanting([&](auto& f) { f.reader = readers[at]; })).size() == 1;
          if (!readers[at].provider) CHECK(service_seen == seen);
        }
      }
    }
  });
}

TEST_CASE("unmet needs of an authority, newest first") {
  on_each_database([](db::Database& database) {
    database.write_now([](db::Tx& tx) {
      for (int number = 1; number <= 3; ++number) {
        store::insert_unmet_need(tx, {Id<"unmet_need">(uuid(500 + number)), trafford.id, Id<"account">(uuid(60)),
                                      "A hoist " + std::to_string(number), std::nullopt, std::string("M33"),
                                      from_microseconds(number)});
      }
    });
    database.read_now([](db::Tx& tx) {
      const auto first = store::unmet_needs(tx, trafford.id, std::nullopt, 2);
      REQUIRE(first.size() == 2);
      CHECK(first[0].what == "A hoist 3");
      const auto rest = store::unmet_needs(tx, trafford.id, std::pair(first[1].created, first[1].id.text()), 9);
      REQUIRE(rest.size() == 1);
      CHECK(rest[0].place == "M33");
      CHECK(store::unmet_needs(tx, plymouth.id, std::nullopt, 9).empty());
    });
  });
}
