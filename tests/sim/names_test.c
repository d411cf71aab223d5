#include "tools/sim/names.h"

#include <criterion/criterion.h>
#include <stdlib.h>

// Far beyond every renaming of the repositories looked at.
#define LATER 10000000u

Test(names, every_user_is_found_by_login_in_any_case)
{
    for (uint32_t number = 0; number < NAMES_USERS; number += 37) {
        names_user_t user;
        names_user_t found;
        names_user(number, &user);
        user.login[0] ^= 0x20;
        cr_assert(names_find_user(slice_of(user.login), &found), "%s",
                  user.login);
        cr_assert_eq(found.id, user.id);
    }
}

Test(names, nobody_else_is_found)
{
    names_user_t user;
    const char *const strangers[] = {
        "",  "amber", "nobody", "amber-", "amber-badger99999999999",
        "-", "123",   "[bot]"};
    for (size_t i = 0; i < sizeof strangers / sizeof strangers[0]; i++)
        cr_assert(!names_find_user(slice_of(strangers[i]), &user), "%s",
                  strangers[i]);
}

Test(names, bots_are_found)
{
    names_user_t bot;
    names_user_t found;
    names_bot(0, &bot);
    cr_assert(names_find_user(slice_of(bot.login), &found));
    cr_assert(found.bot);
}

Test(names, a_person_is_no_organisation)
{
    for (uint32_t number = NAMES_USERS - 50; number < NAMES_USERS; number++) {
        names_user_t user;
        names_person(number, &user);
        cr_assert(!user.org);
    }
}

Test(names, every_repository_is_found_by_its_name_and_id)
{
    for (uint32_t rank = 0; rank < NAMES_REPOS; rank += 41) {
        names_repo_t repo;
        names_repo_t found;
        names_repo(rank, LATER, &repo);
        cr_assert_eq(names_find_repo(slice_of(repo.full_name), LATER, &found),
                     NAMES_CURRENT, "%s", repo.full_name);
        cr_assert_eq(found.id, repo.id);
        cr_assert(names_find_repo_id(repo.id, LATER, &found));
        cr_assert_eq(found.rank, rank);
    }
}

Test(names, an_old_name_leads_to_the_new_one)
{
    names_repo_t before;
    names_repo_t after;
    names_repo_t found;
    names_repo(70, 0, &before);
    names_repo(70, LATER, &after);
    cr_assert_str_neq(before.full_name, after.full_name);
    cr_assert_eq(before.id, after.id);
    cr_assert_eq(names_find_repo(slice_of(before.full_name), LATER, &found),
                 NAMES_MOVED);
    cr_assert_str_eq(found.full_name, after.full_name);
}

Test(names, a_name_given_up_is_taken_by_another_repository)
{
    names_repo_t first;
    names_repo_t second;
    names_repo_t found;
    names_repo(6, 0, &first);
    names_repo(7, LATER, &second);
    cr_assert_str_eq(first.full_name, second.full_name);
    cr_assert_neq(first.id, second.id);
    cr_assert_eq(names_find_repo(slice_of(first.full_name), LATER, &found),
                 NAMES_CURRENT);
    cr_assert_eq(found.id, second.id);
}

Test(names, unknown_repositories_are_unknown)
{
    names_repo_t found;
    cr_assert_eq(names_find_repo(slice_of("no/such"), 0, &found),
                 NAMES_UNKNOWN);
    cr_assert_eq(names_find_repo(slice_of("noslash"), 0, &found),
                 NAMES_UNKNOWN);
    cr_assert(!names_find_repo_id(1, 0, &found));
    cr_assert(!names_find_repo_id(UINT64_MAX, 0, &found));
}
