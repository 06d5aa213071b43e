//! Sentences and cells in the ways in which pages write them.

use crate::drift::descriptions::read;
use crate::drift::types;

/// The facts of a description of a field that is no array, in one line.
fn facts(description: &str) -> String {
    summary(description, false)
}

fn summary(description: &str, is_array: bool) -> String {
    let lines: Vec<String> = description.lines().map(str::to_owned).collect();
    let description = read(1, &lines, is_array);
    let unread = description.unread.iter().map(|(line, text)| format!(" | {line}: {text}"));
    description.facts.summary() + &unread.collect::<String>()
}

#[test]
fn limits_are_read() {
    for (sentence, expected) in [
        ("The value ranges from 60 to 7200, in minutes.", "range 60..7200"),
        ("The value ranges from 1 to 7,200.", "range 1..7200"),
        ("Value range: 0-60", "range 0..60"),
        ("Value range: 0 to 60", "range 0..60"),
        ("The value must be between 1 and 9.", "range 1..9"),
        ("The maximum value is 9.", "range ..9"),
        ("The value cannot be greater than 9.", "range ..9"),
        ("The value is a string of 0 to 255 characters.", "length 0..255"),
        ("The value is a UUID containing 36 characters.", "length 36"),
        ("The value is a UUID (36 characters) or 0.", "length 36 or 0"),
        (
            "The value is a UUID containing 36 characters or an IPv4 address in dotted notation.",
            "length 36 or IPv4",
        ),
        ("The value can contain a maximum of 255 different characters.", "length ..255"),
        ("The value contains at least 8 characters.", "length 8.."),
        ("8 to 128 characters, of at least three kinds", "length 8..128"),
        ("The value must be greater than 2.", "range 3.."),
        ("The value must be less than 60.", "range ..59"),
        ("The value cannot be less than 2.", "range 2.."),
        ("The value must be greater than or equal to 2 and at most 60.", "range 2..60"),
        ("≤ 12 characters", "length ..12"),
        ("Minimum: 2. Maximum: 60.", "- | 1: Minimum: 2. | 1: Maximum: 60."),
        ("This parameter cannot exceed 12 characters.", "length ..12"),
        ("This parameter has a maximum of 64 characters.", "length ..64"),
        ("A text, for example abc, of at most 12 characters.", "length ..12"),
        ("At most 12 characters, not the same as vgw_id.", "length ..12"),
    ] {
        assert_eq!(facts(sentence), expected, "{sentence}");
    }
}

#[test]
fn item_counts_are_read() {
    for (sentence, expected) in [
        ("A maximum of 50 shades can be sewn.", "items ..50"),
        ("A maximum of five rules can be drawn up.", "items ..5"),
        ("One or two lamps can be hung up at a time.", "items 1..2"),
        ("Up to 20 tags.", "items ..20"),
    ] {
        assert_eq!(summary(sentence, true), expected, "{sentence}");
    }
}

#[test]
fn values_and_defaults_are_read() {
    for (text, expected) in [
        ("The value can be **v1** or **v2**.", "value v1 v2"),
        ("The value can be v1, v2, or v3.", "value v1 v2 v3"),
        ("The value is **ipv4**.", "value ipv4"),
        ("The value can be **5_bgp** (dynamic BGP).", "value 5_bgp"),
        ("-  Value range: a, b\n-  Default value: **b**", "default b; value a b"),
        (
            "-  Value range:\n\n   v1 and v2\n\n-  Default value:\n\n   v2",
            "default v2; value v1 v2",
        ),
        (
            "-  Value range:\n\n   -  **a**: one\n   -  b (not yet supported)",
            "value a b; unsupported b",
        ),
        (
            "-  Value range:\n\n   ready\n\n   expiring soon\n\n   unready",
            "value ready \"expiring soon\" unready",
        ),
        ("-  Value range:\n\n   **UP**: on\n\n   **SET ASIDE**: kept", "value UP \"SET ASIDE\""),
        (
            "-  Value range:\n\n   **a**: one. This value has been deprecated.\n\n   b",
            "value a b; weak a",
        ),
        ("-  Value range:\n\n   a\n\n   The default value is **a**.", "default a; value a"),
        ("The value can only be 4, indicating IPv4 address.", "value 4"),
        ("The default value is 0, indicating that it is free.", "default 0"),
        ("The default value is 0, which means none.", "default 0"),
        ("**m** indicates one, and **s** indicates the other.", "value m s"),
        ("Exercise caution when using **a** and **b** as they are weak.", "weak a b"),
        ("This parameter has been deprecated.", "deprecated"),
        ("This parameter can be **a** or **b**.", "value a b"),
        ("It can be set to **a** or **b**.", "value a b"),
        ("Either **a** or **b**.", "value a b"),
        ("The options are **a** and **b**.", "value a b"),
        ("Possible values: **a** and **b**", "value a b"),
        ("Enumeration values: **a**, **b**", "value a b"),
        ("This parameter defaults to abc.", "default abc"),
        ("When omitted, the default value is **a**.", "default a"),
        (
            "If this parameter is not specified, the default value 0.0.0.0/0 is used.",
            "default 0.0.0.0/0",
        ),
        ("The value is a or b, and the default value is a.", "default a; value a b"),
        ("Default value: N/A", "-"),
        ("-  Default value: -", "-"),
        (
            "Reserved blocks such as 10.0.0.0/8 and 2001:db8::/32.",
            "reserved-range 10.0.0.0/8 2001:db8::/32",
        ),
    ] {
        assert_eq!(facts(text), expected, "{text}");
    }
}

#[test]
fn every_fact_of_a_sentence_is_read() {
    for (text, expected) in [
        ("The value ranges from 2 to 90, and the default value is 15.", "default 15; range 2..90"),
        ("The value ranges from 2 to 60 (default: 99).", "default 99; range 2..60"),
        ("If it is set, the value ranges from 2 to 60.", "range 2..60"),
        ("It must be at most 9 when **a** is set to **b**, and the default is 5.", "default 5"),
        (
            "The value ranges from 2 to 60 or from 70 to 80.",
            "range 2..60 | 1: range 70..80, while 2..60 is stated before",
        ),
        ("-  Value range: 2 to 60 (default: 99)", "default 99; range 2..60"),
    ] {
        assert_eq!(facts(text), expected, "{text}");
    }
}

/// What is read stays; the sentence is unread for the rest of it.
#[test]
fn sentence_that_says_more_is_unread() {
    for (text, read) in [
        ("The value ranges from 2 to 60, in steps of 5.", "range 2..60"),
        ("The value can be a or b, at most twice.", "-"),
        ("The value is the id of a lamp, which can be a or b.", "value a b"),
        ("The maximum varies according to regions, and is at most 7.", "range ..7"),
        ("The value ranges from 2 to 60 if the kind is small.", "-"),
        ("This parameter has been deprecated, and its default is the best one.", "deprecated"),
        ("It replaces the deprecated parameter.", "-"),
        ("**a** is deprecated.", "-"),
        ("The value can be **a** (deprecated) or **b**.", "-"),
        ("The value can be **a** or **b** (default).", "-"),
    ] {
        let plain = text.replace('*', "");
        assert_eq!(facts(text), format!("{read} | 1: {plain}"), "{text}");
    }
    for item in ["**a**: one, which is deprecated", "**a**: one\n   **b**: two"] {
        let plain = item.replace('*', "").replace("\n  ", "");
        assert_eq!(facts(&format!("-  Value range:\n\n   {item}")), format!("- | 3: {plain}"));
    }
}

#[test]
fn rules_about_other_fields_state_nothing() {
    for sentence in [
        "Set this parameter only when **style** is set to **static**.",
        "When **kind** is set to **small**, the value cannot be greater than 9.",
        "This parameter is mandatory only when the version is **v1**.",
        "The value must be the same as that of **id**.",
        "Specifies the group of phase 1, for example, 12.",
        "This parameter is optional when you create the lamp.",
        "For example, at most 12 of them.",
        "The value cannot be greater than 9 when **kind** is set to **small**.",
        "This parameter can be set only when **kind** is set to **small** and **a** is set to **b**.",
        "Either **a** or **b** must be specified.",
        "By default, the value is the same as the value of **a**.",
        "The value is an IPv4 address, for example, 88.\\ *xxx*.11.",
        "For the value range, see the field **type** in another reference.",
        "For details about the value range of each one, see another page.",
        "The maximum bandwidth varies according to regions.",
        "You can submit a service ticket to increase the maximum bandwidth.",
        "Specifies the maximum number of connections of the gateway.",
        "Note that 0 is not the ID of an existing project.",
        "The configured value must be supported by the system.",
        "The value is the time when the last one was created.",
    ] {
        assert_eq!(facts(sentence), "-", "{sentence}");
    }
}

#[test]
fn what_is_not_understood_is_unread() {
    for text in [
        "The default value is the one of the gateway.",
        "The value can be any of the free addresses.",
        "It takes 7 of them.",
        "It cannot exceed the quota.",
        "The value is a, indicating the default.",
        "The value is a, indicating one, or b, indicating two.",
        "The value is the time of the day, by default the one of noon.",
        "Supported: a and b",
    ] {
        assert_eq!(facts(text), format!("- | 1: {text}"));
    }
    // A line of a list of values that is not one.
    assert_eq!(
        facts("-  Value range:\n\n   a\n\n   One that is kept for the time being."),
        "value a | 5: One that is kept for the time being."
    );
    assert_eq!(facts("-  Value range:"), "- | 1: a value range without values");
    assert_eq!(facts("Text.\n\n-  Value range: free addresses"), "- | 3: free addresses");
    assert_eq!(
        facts("The default value is 1.\n\nThe default value is 2."),
        "default 1 | 3: default 2, while 1 is stated before"
    );
}

#[test]
fn types_are_read() {
    for (cell, expected) in [
        ("String", "string"),
        ("Long", "long"),
        ("Boolean", "boolean"),
        ("Array of String", "array of string"),
        ("Array of strings", "array of string"),
        ("Array of :ref:`Tag <tags>` objects", "array of object"),
        (":ref:`Dpd <dpd>` object", "object"),
        ("Dpd object", "object"),
        ("Array", "array"),
    ] {
        assert_eq!(types::read(cell).unwrap().name, expected, "{cell}");
    }
    for cell in ["", "Wheel", "One of two things"] {
        assert_eq!(types::read(cell).unwrap_err(), cell);
    }
}
