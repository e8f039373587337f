#!/usr/bin/env python3
"""Bad tables of text: .csv, .tsv, .txt and .jsonl.

    python3 tables.py

Each code goes by what a person would have to mend. Where two readings are fair both are allowed.
"""
import json
import sys

sys.dont_write_bytecode = True
from common import put

ROWS = [[i * j % 7 + 0.5 for j in range(1, 5)] for i in range(8)]
NAMES = "a,b,c,d\n"
SAME = "all_rows_equal"


def csv(rows=None, separator=",", end="\n"):
    return "".join(separator.join(map(str, row)) + end for row in (ROWS if rows is None else rows))


def with_cell(text, row=5, column=2):
    """The table with another text in one cell."""
    rows = [list(row) for row in ROWS]
    rows[row][column] = text
    return csv(rows)


def cells():
    for name, text, code in (
        ("word", "oops", "bad_cell"),
        ("hexadecimal", "0x1F", "bad_cell"),
        ("two_points", "1.2.3", "bad_cell"),
        ("exponent_without_digits", "1e", "bad_cell"),
        ("underscores", "1_000", "bad_cell"),
        ("with_a_unit", "5 kg", "bad_cell"),
        ("spreadsheet_error", "#DIV/0!", "bad_cell"),
        ("formula", '"=CMD|\'/C calc\'!A0"', "bad_cell"),
        ("full_width_digits", "\uff11\uff12", "bad_cell"),
        ("no_break_space", "1\u00a0000", "bad_cell"),
        ("escape", "\x1b[2J", ["bad_cell", "unknown_format"]),
        ("long_word", "x" * 5000, "bad_cell"),
        ("thousands_quoted", '"1,234.5"', "bad_cell"),
        ("quote_within", '1"5', ["bad_cell", "unterminated_quote"]),
        ("quote_after", '5"', ["bad_cell", "unterminated_quote"]),
        ("text_after_a_quote", '"1"5', ["bad_cell", "unterminated_quote"]),
        ("quote_within_quotes", '"1""5"', "bad_cell"),
        ("line_end_within_quotes", '"1\n5"', "bad_cell"),
        ("nul", "1\0", ["bad_cell", "unknown_format", "unsupported_encoding"]),
        ("missing", "", ["bad_cell", "non_finite"]),
        ("nan", "nan", "non_finite"),
        ("infinity", "-Infinity", "non_finite"),
        ("beyond_float64", "1e999", "non_finite"),
        ("digits", "9" * 400, "non_finite"),
    ):
        put(f"table/cell_{name}.csv", (NAMES + with_cell(text)).encode(), code)
    put("table/cell_in_the_first_column.csv", (NAMES + with_cell("oops", column=0)).encode(), "bad_cell")


def tables():
    five = "1,2,3,4,5\n"
    for name, text, code in (
        ("quote_never_closed.csv", with_cell('"1.5'), ["unterminated_quote", "bad_cell"]),
        ("quote_opens_at_the_end.csv", csv() + '"', ["unterminated_quote", "ragged_row", "bad_cell"]),
        ("quote_opens_in_the_names.csv", '"a,b,c,d\n' + csv(), ["unterminated_quote", "unknown_format", "accepted"]),
        ("quote_alone_in_labels.csv", "a,b,label\n" + "".join(f"{i},{i * i % 5},x\n" for i in range(8)) + '7,8,"\n' + "".join(f"{i},{i % 3},x\n" for i in range(8)), ["unterminated_quote", "accepted"]),
        ("row_with_more.csv", NAMES + csv(ROWS[:5]) + five + csv(ROWS[5:]), "ragged_row"),
        ("row_with_fewer.csv", NAMES + csv(ROWS[:5]) + "1,2,3\n" + csv(ROWS[5:]), "ragged_row"),
        ("names_with_more.csv", "a,b,c,d,e,f\n" + csv(), ["ragged_row", "unknown_format"]),
        ("first_row_longer.csv", five + csv(), "ragged_row"),
        ("last_row_cut.csv", csv() + "1.5,2.5,3", "ragged_row"),
        ("separator_changes.csv", csv(ROWS[:4]) + csv(ROWS[4:], ";"), ["ragged_row", "bad_cell", "unknown_format"]),
        ("blank_line_between.csv", csv(ROWS[:4]) + "\n\n" + csv(ROWS[4:]), "any"),
        ("thousands.csv", "a,b\n" + "".join(f"{i},{i},234\n" if i == 6 else f"{i},{i * i % 5}\n" for i in range(8)), "ragged_row"),
        ("only_names.csv", NAMES, ["too_few_rows", "no_numbers", "unknown_format"]),
        ("names_and_one_row.csv", NAMES + "1,2,3,4\n", "too_few_rows"),
        ("one_row.csv", "1.5,2.5,3.5\n", ["too_few_rows", "unknown_format"]),
        ("only_comments.csv", "# a\n# 1,2\n# 3,4\n", ["too_few_rows", "no_numbers", "unknown_format"]),
        ("only_blank_lines.csv", "\n\r\n\n \n", ["too_few_rows", "no_numbers", "unknown_format"]),
        ("all_text.csv", "name,colour\n" + "".join(f"n{i},red\n" for i in range(8)), ["no_numbers", "unknown_format"]),
        ("all_nan.csv", NAMES + "nan,nan,nan,nan\n" * 8, ["non_finite", "no_numbers"]),
        ("same_rows_mixed_line_ends.csv", "1,2\n1,2\r\n1,2\n1,2\r\n", SAME),
        ("same_rows_old_mac.csv", "1,2\r" * 8, [SAME, "too_few_rows", "unknown_format", "bad_cell"]),
        ("same_rows_same_names.csv", "a,a\n" + "1,2\n" * 8, SAME),
        ("same_rows_name_of_controls.csv", '"\x1b[2J","\u202e"\n' + "1,2\n" * 8, [SAME, "unknown_format"]),
        ("name_of_controls_and_a_word.csv", '"\x1b[2J\x07","\u202eb"\n' + "1,2\n" * 8 + "x,1\n", ["bad_cell", "unknown_format"]),
        ("columns_100000.csv", "1," * 99999 + "1\n", ["too_few_rows", "unknown_format", "line_too_long"]),
        ("numbered_words.csv", "x0,x1,x2\n" + "".join(f"{i}.5,{i * i % 5}.25,word\n" for i in range(8)), "not_numbers"),
        ("page.csv", "<!doctype html>\n<table><tr><td>1.5<td>2.5</table>\n<p>404, 1 2 3\n", ["unknown_format", "no_numbers"]),
        ("letter.eml", "From: a@example.org\nDate: Mon, 11 Apr 2022 10:00:00 +0200\nSubject: features\n\nDear reader, here are 3 numbers: 1, 2, 3.\n", ["unknown_format", "no_numbers", "bad_cell", "ragged_row"]),
        ("markdown.md", "| a | b |\n|---|---|\n" + "".join(f"| {i} | {i * i % 5} |\n" for i in range(8)), ["unknown_format", "no_numbers", "bad_cell"]),
        ("source.py", "import numpy as np\n\nfor i in range(10):\n    print(i, 1, 2, 3)\n", ["unknown_format", "no_numbers", "bad_cell", "ragged_row"]),
        ("numpy_printed.txt", "[[1.5 2.5 3.5]\n [4.5 5.5 6.5]\n ...\n [7.5 8.5 9.5]]\n", ["unknown_format", "no_numbers", "bad_cell", "ragged_row"]),
    ):
        put(f"table/{name}", text.encode(), code)
    million = ["line_too_long", "bad_cell", "non_finite", "ragged_row", "no_numbers", "unknown_format"]
    put("table/line_of_500_kb.csv", (csv(ROWS[:4]) + "1" * 500_000 + "\n" + csv(ROWS[4:])).encode(), million)
    for name, data, code in (
        ("utf16_le", b"\xff\xfe" + csv().encode("utf-16-le"), "unsupported_encoding"),
        ("utf16_be", b"\xfe\xff" + csv().encode("utf-16-be"), "unsupported_encoding"),
        ("utf16_without_a_mark", csv().encode("utf-16-le"), ["unsupported_encoding", "unknown_format"]),
        ("utf8_mark_alone", b"\xef\xbb\xbf", ["unknown_format", "no_numbers", "too_few_rows", "empty_file"]),
        ("utf16_mark_alone", b"\xff\xfe", ["unsupported_encoding", "unknown_format"]),
        ("utf8_broken_cell", csv(ROWS[:5]).encode() + b"1,2,\xff\xfe,4\n", ["bad_cell", "unsupported_encoding", "unknown_format"]),
    ):
        put(f"table/{name}.csv", data, code)


def json_lines():
    def lines(rows=ROWS):
        return "".join(json.dumps({"id": i, "embedding": row}) + "\n" for i, row in enumerate(rows))

    def line(text):
        return lines(ROWS[:5]) + text + "\n" + lines(ROWS[5:])

    unread = ["malformed", "bad_cell", "ragged_row"]
    for name, text, code in (
        ("key_twice", line('{"id":5,"embedding":[1,2,3,4],"embedding":[4,3,2,1]}'), "any"),
        ("key_missing", line('{"id":5}'), unread),
        ("key_null", line('{"id":5,"embedding":null}'), [*unread, "non_finite"]),
        ("deep", line('{"id":5,"embedding":' + "[" * 10**4 + "]" * 10**4 + "}"), unread),
        ("deep_first", '{"embedding":' + "[" * 10**4 + "]" * 10**4 + "}\n" + lines(), [*unread, "no_numbers", "no_matrix", "unknown_format", "unsupported_format"]),
        ("deep_beside", line('{"id":' + "[" * 10**4 + "]" * 10**4 + ',"embedding":[1,2,3,4]}'), "any"),
        ("longer", line('{"id":5,"embedding":[1,2,3,4,5]}'), "ragged_row"),
        ("shorter", line('{"id":5,"embedding":[1,2,3]}'), "ragged_row"),
        ("empty_array", line('{"id":5,"embedding":[]}'), "ragged_row"),
        ("text_in_the_array", line('{"id":5,"embedding":[1,2,"3",4]}'), unread),
        ("array_in_the_array", line('{"id":5,"embedding":[1,2,[3],4]}'), [*unread, "accepted"]),
        ("null_in_the_array", line('{"id":5,"embedding":[1,2,null,4]}'), [*unread, "non_finite"]),
        ("nan_in_the_array", line('{"id":5,"embedding":[1,2,NaN,4]}'), [*unread, "non_finite"]),
        ("beyond_float64", line('{"id":5,"embedding":[1,2,1e999,4]}'), [*unread, "non_finite"]),
        ("half_a_line_at_the_end", lines() + '{"id":9,"embedding":[1.5,2', unread),
        ("half_a_line_between", line('{"id":5,"embedding":[1.5,2'), unread),
        ("control_within", line('{"id":5,"embedding":[1,2,\0 3,4]}'), [*unread, "unknown_format"]),
        ("no_arrays", '{"a":"b"}\n' * 8, ["no_numbers", "no_matrix", "unknown_format"]),
    ):
        put(f"table/json_{name}.jsonl", text.encode(), code)
    put("table/json_not_utf8.jsonl", line('{"id":5,"embedding":[1,2,3,4],"text":"\xff"}').encode("latin1"), "any")


def vectors():
    """Vectors in cells of text."""
    def table(cell, row=5):
        cells = [json.dumps(r) for r in ROWS]
        cells[row] = cell
        return "id,embedding\n" + "".join(f'{i},"{c}"\n' for i, c in enumerate(cells))

    for name, text, code in (
        ("shorter", table("[1, 2, 3]"), "ragged_row"),
        ("longer", table("[1, 2, 3, 4, 5]"), "ragged_row"),
        ("empty", table("[]"), ["ragged_row", "bad_cell"]),
        ("missing", table(""), "bad_cell"),
        ("word", table("[1, 2, three, 4]"), "bad_cell"),
        ("open", table("[1, 2, 3, 4"), "bad_cell"),
        ("number", table("4"), "bad_cell"),
        ("not_finite", table("[1, 2, nan, 4]"), "non_finite"),
        ("elided", table("[1 2 ... 4]"), "elided_numbers"),
        ("all_elided", "id,embedding\n" + "".join(f'{i},"[1 {i} ... 4]"\n' for i in range(8)), "elided_numbers"),
        ("deep", table("[" * 10**4 + "1, 2, 3, 4" + "]" * 10**4), ["accepted", "bad_cell"]),
        ("deep_and_open", table("[" * 10**4), "bad_cell"),
        ("quote_never_closed", table("[1, 2, 3, 4]") + '9,"[1, 2', ["unterminated_quote", "bad_cell", "ragged_row"]),
        ("million", "id,embedding\n" + "".join(f'{i},"[{i}{", 1" * 10**5}]"\n' for i in range(2)), ["accepted", "too_wide", "one_varying_direction", "any"]),
    ):
        put(f"table/vector_{name}.csv", text.encode(), code)


def documents():
    """One JSON value for all rows."""
    whole = json.dumps({"embeddings": ROWS}, indent=1)
    unread = ["malformed", "bad_cell", "ragged_row"]
    for name, text, code in (
        ("cut_off", whole[:-40], "malformed"),
        ("cut_off_behind_a_row", json.dumps(ROWS)[:-1], "malformed"),
        ("row_longer", json.dumps(ROWS[:5] + [[1, 2, 3, 4, 5]] + ROWS[5:]), "ragged_row"),
        ("row_a_number", json.dumps(ROWS[:5] + [5] + ROWS[5:]), unread),
        ("row_null", json.dumps(ROWS[:5] + [None] + ROWS[5:]), unread),
        ("row_of_words", json.dumps(ROWS[:5] + [["a", "b", "c", "d"]] + ROWS[5:]), unread),
        ("row_an_object", json.dumps(ROWS[:5] + [{"a": 1}] + ROWS[5:]), unread),
        ("deep_row", json.dumps(ROWS[:5])[:-1] + "," + "[" * 10**4 + "]" * 10**4 + "]", unread),
        ("deep_first", "[" * 10**4 + "]" * 10**4, ["unknown_format", *unread, "no_numbers"]),
        ("deep_before", '{"a":' + '{"a":' * 10**4 + "1" + "}" * 10**4 + ',"rows":' + json.dumps(ROWS) + "}", ["unknown_format", "accepted"]),
        ("two_lists", json.dumps({"train": ROWS, "test": ROWS}), "malformed"),
        ("second_list_far_behind", '{"train":' + json.dumps(ROWS) + "," + " " * 10**4 + '"test":' + json.dumps(ROWS) + "}", ["malformed", "accepted"]),
        ("string_never_closed", json.dumps(ROWS[:5])[:-1] + ', ["1, 2], [3, 4]]', unread),
        ("brackets_of_the_wrong_kind", "[[1, 2}, [3, 4}]", ["unknown_format", *unread, "no_numbers"]),
    ):
        put(f"table/document_{name}.json", text.encode(), code)


def make():
    for part in (cells, tables, json_lines, vectors, documents):
        part()


if __name__ == "__main__":
    make()
