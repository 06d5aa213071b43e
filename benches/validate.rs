//! What validating costs, beside what writing the same request as JSON costs.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    missing_docs,
    reason = "a bench that panics has failed"
)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use otc_vpn::Rules;

#[path = "../tests/integration/full_request.rs"]
mod full_request;

fn validate(criterion: &mut Criterion) {
    for (name, request) in full_request::all() {
        let rules = Rules::default();
        assert!(request.validate(&rules).is_empty());
        let mut group = criterion.benchmark_group(name);
        group.bench_function("validate", |b| b.iter(|| black_box(&request).validate(&rules)));
        group.bench_function("write as JSON", |b| {
            b.iter(|| serde_json::to_vec(black_box(&request)).unwrap());
        });
        group.finish();
    }
}

criterion_group!(benches, validate);
criterion_main!(benches);
