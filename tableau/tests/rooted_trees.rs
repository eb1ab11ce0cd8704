//! Rooted trees against an enumeration, densities, symmetries and weights made another way: by
//! recursion on the set of subtrees, as the definitions are written.

use costate_tableau::RootedTree;
use proptest::prelude::*;
use std::collections::HashMap;

/// A tree as the multiset of what grows on its root, sorted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Nested(Vec<Nested>);

impl Nested {
    /// All trees of an order: multisets of smaller ones, drawn in falling order.
    fn all(order: usize) -> Vec<Nested> {
        fn forests(nodes: usize, at_most: Option<&Nested>) -> Vec<Vec<Nested>> {
            if nodes == 0 {
                return vec![vec![]];
            }
            let mut found = vec![];
            for first in (1..=nodes).flat_map(Nested::all) {
                if at_most.is_none_or(|bound| first <= *bound) {
                    for rest in forests(nodes - first.order(), Some(&first)) {
                        found.push([vec![first.clone()], rest].concat());
                    }
                }
            }
            found
        }
        forests(order - 1, None).into_iter().map(Nested).collect()
    }

    fn order(&self) -> usize {
        1 + self.0.iter().map(Nested::order).sum::<usize>()
    }

    fn density(&self) -> u64 {
        self.order() as u64 * self.0.iter().map(Nested::density).product::<u64>()
    }

    fn symmetry(&self) -> u64 {
        let mut multiplicities: Vec<(&Nested, u64)> = vec![];
        for child in &self.0 {
            match multiplicities.iter_mut().find(|(tree, _)| *tree == child) {
                Some((_, count)) => *count += 1,
                None => multiplicities.push((child, 1)),
            }
        }
        let permuted: u64 = multiplicities.iter().map(|(_, count)| factorial(*count)).product();
        permuted * self.0.iter().map(Nested::symmetry).product::<u64>()
    }

    /// The depths of the nodes, children sorted so that the sequence is the largest.
    fn depths(&self, depth: u8) -> Vec<u8> {
        let mut children: Vec<_> = self.0.iter().map(|child| child.depths(depth + 1)).collect();
        children.sort_by(|a, b| b.cmp(a));
        [vec![depth], children.concat()].concat()
    }

    fn brackets(&self) -> String {
        if self.0.is_empty() {
            return "τ".into();
        }
        let mut children: Vec<_> = self.0.iter().collect();
        children.sort_by_key(|child| std::cmp::Reverse(child.depths(0)));
        let printed: Vec<_> = children.into_iter().map(Nested::brackets).collect();
        format!("[{}]", printed.join(","))
    }

    fn stage_weight(&self, a: &[Vec<i64>], c: &[i64], stage: usize) -> i64 {
        let branch = |child: &Nested| -> i64 {
            if child.0.is_empty() {
                return c[stage];
            }
            (0..a.len()).map(|k| a[stage][k] * child.stage_weight(a, c, k)).sum()
        };
        self.0.iter().map(branch).product()
    }
}

fn factorial(n: u64) -> u64 {
    (1..=n).product()
}

#[test]
fn every_tree_is_there_once_with_its_density_and_symmetry() {
    for order in 1..=8 {
        let expected: HashMap<_, _> = Nested::all(order)
            .into_iter()
            .map(|tree| (tree.brackets(), (tree.density(), tree.symmetry())))
            .collect();
        let mut seen = HashMap::new();
        for tree in RootedTree::of_order(order as u32) {
            assert_eq!(tree.order(), order as u32);
            let before = seen.insert(tree.to_string(), (tree.density(), tree.symmetry()));
            assert_eq!(before, None, "{tree} came twice");
        }
        assert_eq!(seen, expected);
    }
}

/// Sequence A000081 of the OEIS; Hairer, Norsett and Wanner, Table II.2.3, up to order 10.
#[test]
fn counts_are_the_known_ones() {
    let known = [1, 1, 2, 4, 9, 20, 48, 115, 286, 719, 1842, 4766, 12486, 32973, 87811];
    for (order, count) in (1..).zip(known) {
        assert_eq!(RootedTree::of_order(order).count(), count);
    }
    assert_eq!(RootedTree::of_order(0).count(), 0);
    assert_eq!(RootedTree::of_order(16).count(), 0);
    assert_eq!(RootedTree::of_order(u32::MAX).count(), 0);
}

/// A tree has `n!/(gamma sigma)` labellings that rise along every branch, and there are `(n-1)!`
/// rising labellings of all trees together: each new node hangs on any of those before it.
#[test]
fn rising_labellings_add_up() {
    for order in 1..=12 {
        let labellings: u64 = RootedTree::of_order(order)
            .map(|tree| {
                let (all, repeated) =
                    (factorial(u64::from(order)), tree.density() * tree.symmetry());
                assert_eq!(all % repeated, 0, "{tree}");
                all / repeated
            })
            .sum();
        assert_eq!(labellings, factorial(u64::from(order) - 1));
    }
}

proptest! {
    /// In integers, so that there is no rounding. The matrices are full and the nodes no row sums:
    /// nothing here asks for an explicit or consistent method. At most (4 x 3)^5 < 2^18 in size.
    #[test]
    fn stage_weights_follow_the_definition(
        order in 1usize..=6,
        a in prop::collection::vec(prop::collection::vec(-3i64..=3, 4), 4),
        c in prop::collection::vec(-3i64..=3, 4),
    ) {
        let nested: HashMap<_, _> =
            Nested::all(order).into_iter().map(|tree| (tree.brackets(), tree)).collect();
        for tree in RootedTree::of_order(order as u32) {
            let nested = &nested[&tree.to_string()];
            let expected: Vec<_> = (0..4).map(|stage| nested.stage_weight(&a, &c, stage)).collect();
            prop_assert_eq!(tree.stage_weights(&a, &c), expected, "{}", tree);
        }
    }
}

#[test]
fn stage_weights_of_odd_shapes() {
    let tall = RootedTree::of_order(5).next().expect("the tall tree");
    assert!(tall.stage_weights::<f64>(&[] as &[[f64; 0]], &[]).is_empty());
    // What is missing counts as zero: here a = ((0, 0), (2, 0)), c = (3, 0).
    let tall = RootedTree::of_order(3).next().expect("[[τ]]");
    assert_eq!(tall.stage_weights(&[vec![], vec![2]], &[3]), [0, 6]);
}
