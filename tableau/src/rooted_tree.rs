//! Rooted trees, the index set of order conditions.

use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use num_traits::{One, Zero};

/// A rooted tree without labels: one elementary differential of `f`, one order condition.
///
/// A Runge-Kutta method has order `p` if for every tree `t` with at most `p` nodes
///
/// ```text
/// sum_j b_j Phi_j(t) = 1 / gamma(t)
/// ```
///
/// where the stage weights `Phi` come from the table ([`RootedTree::stage_weights`]) and the
/// density `gamma` from the tree ([`RootedTree::density`]). Source: E. Hairer, S. P. Norsett,
/// G. Wanner, "Solving Ordinary Differential Equations I", 2nd ed. (1993), II.2, Theorem 2.13.
///
/// A tree prints in Butcher's brackets: `τ` is the single node, `[t1,t2]` a root that carries the
/// trees `t1` and `t2`, larger ones first.
///
/// ```
/// use costate_tableau::RootedTree;
/// let trees: Vec<String> = RootedTree::of_order(4).map(|tree| tree.to_string()).collect();
/// assert_eq!(trees, ["[[[τ]]]", "[[τ,τ]]", "[[τ],τ]", "[τ,τ,τ]"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RootedTree {
    /// The depth of every node in depth-first order, the root's being 0; of all orderings of the
    /// children the one that is lexicographically largest, so that equal trees are equal here.
    depths: Vec<u8>,
}

/// The largest order whose trees are enumerated: there are 87 811 of order 15, and their number
/// grows threefold with every order.
const LARGEST: u32 = 15;

impl RootedTree {
    /// All trees with `order` nodes, each once: 1, 1, 2, 4, 9, 20, 48, 115, 286, 719 of order 1 to
    /// 10. None for an order of 0 or above 15.
    pub fn of_order(order: u32) -> RootedTrees {
        let tall = (1..=LARGEST).contains(&order).then(|| (0..order as u8).collect());
        RootedTrees { next: tall.map(|depths| Self { depths }) }
    }

    /// The number of nodes.
    pub fn order(&self) -> u32 {
        self.depths.len() as u32
    }

    /// The density `gamma`: the product over all nodes of the size of the subtree that grows there.
    ///
    /// ```
    /// # use costate_tableau::RootedTree;
    /// let densities: Vec<u64> = RootedTree::of_order(4).map(|tree| tree.density()).collect();
    /// assert_eq!(densities, [24, 12, 8, 4]);
    /// ```
    pub fn density(&self) -> u64 {
        (0..self.depths.len()).map(|node| self.subtree(node).len() as u64).product()
    }

    /// The symmetry `sigma`: the number of ways to permute the nodes that leave the tree as it is.
    ///
    /// ```
    /// # use costate_tableau::RootedTree;
    /// let symmetries: Vec<u64> = RootedTree::of_order(4).map(|tree| tree.symmetry()).collect();
    /// assert_eq!(symmetries, [1, 2, 1, 6]);
    /// ```
    pub fn symmetry(&self) -> u64 {
        let mut symmetry = 1;
        for node in 0..self.depths.len() {
            // Equal children are neighbours in the canonical order: the k-th of a run gives k.
            let (mut previous, mut run): (&[u8], u64) = (&[], 0);
            for child in self.children(node) {
                run = if child == previous { run + 1 } else { 1 };
                symmetry *= run;
                previous = child;
            }
        }
        symmetry
    }

    /// The stage weights `Phi_j`, one a stage: 1 for the single node, and for `[t1,..,tm]` the
    /// product over its branches `t`, in which a leaf counts `c[j]` and a larger branch
    /// `sum_k a[j][k] Phi_k(t)`.
    ///
    /// `a` is given by its rows. There are as many stages as rows; what a row or `c` is short of
    /// counts as zero, what it has too much is not used. In theory `c[j]` is the sum of row `j`, and
    /// `Phi` a function of `a` alone; but where a row has large entries of both signs its sum in
    /// doubles is less exact than the node, and taking the node keeps order conditions sharp. The
    /// scalar may be any with zero, one, sum and product: doubles, rationals, intervals.
    ///
    /// ```
    /// use costate_tableau::{RK4, RootedTree};
    /// // Simpson's rule: sum b c^2 = 1/3.
    /// let bushy = RootedTree::of_order(3).last().expect("[τ,τ]");
    /// let phi = bushy.stage_weights(&RK4.a, &RK4.c);
    /// let sum: f64 = phi.iter().zip(RK4.b).map(|(phi, b)| phi * b).sum();
    /// assert!((sum - 1.0 / 3.0).abs() < 1e-15);
    /// ```
    pub fn stage_weights<T: Clone + Zero + One>(&self, a: &[impl AsRef<[T]>], c: &[T]) -> Vec<T> {
        let ones = vec![T::one(); a.len()];
        // Nodes are visited from the last to the first, children before parents; `pending[d]` is
        // the product over those branches at depth d whose root is still to come.
        let mut pending = vec![ones.clone(); self.depths.len() + 1];
        for (node, &depth) in self.depths.iter().enumerate().skip(1).rev() {
            let depth = usize::from(depth);
            let leaf = self.subtree(node).len() == 1;
            let phi = core::mem::replace(&mut pending[depth + 1], ones.clone());
            for (stage, product) in pending[depth].iter_mut().enumerate() {
                let factor = if leaf {
                    c.get(stage).cloned().unwrap_or_else(T::zero)
                } else {
                    let row = a[stage].as_ref().iter();
                    row.zip(&phi).fold(T::zero(), |sum, (a, phi)| sum + a.clone() * phi.clone())
                };
                *product = product.clone() * factor;
            }
        }
        pending.swap_remove(1)
    }

    /// The depths of the subtree that grows at `node`.
    fn subtree(&self, node: usize) -> &[u8] {
        let rest = &self.depths[node..];
        let size = 1 + rest[1..].iter().take_while(|&&depth| depth > rest[0]).count();
        &rest[..size]
    }

    /// The subtrees at the children of `node`.
    fn children(&self, node: usize) -> impl Iterator<Item = &[u8]> {
        let end = node + self.subtree(node).len();
        let mut child = node + 1;
        core::iter::from_fn(move || {
            (child < end).then(|| {
                let subtree = self.subtree(child);
                child += subtree.len();
                subtree
            })
        })
    }
}

impl fmt::Display for RootedTree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut open = 0;
        for (node, &depth) in self.depths.iter().enumerate() {
            for _ in depth..open {
                f.write_str("]")?;
            }
            if node > 0 && depth <= self.depths[node - 1] {
                f.write_str(",")?;
            }
            let leaf = self.subtree(node).len() == 1;
            f.write_str(if leaf { "τ" } else { "[" })?;
            open = if leaf { depth } else { depth + 1 };
        }
        for _ in 0..open {
            f.write_str("]")?;
        }
        Ok(())
    }
}

/// The trees of one order, from the tall one to the bushy one. Made by [`RootedTree::of_order`].
#[derive(Debug, Clone)]
pub struct RootedTrees {
    next: Option<RootedTree>,
}

impl Iterator for RootedTrees {
    type Item = RootedTree;

    /// The successor of T. Beyer, S. M. Hedetniemi, "Constant time generation of rooted trees",
    /// SIAM J. Comput. 9(4), 706-712 (1980): take the last node that is deeper than a child of the
    /// root, and from there on repeat what grew on its parent before it.
    fn next(&mut self) -> Option<RootedTree> {
        let tree = self.next.take()?;
        let depths = &tree.depths;
        self.next = depths.iter().rposition(|&depth| depth > 1).map(|moved| {
            let parent = depths[..moved].iter().rposition(|&depth| depth < depths[moved]);
            let period = moved - parent.unwrap_or(0);
            let mut next = depths.clone();
            for node in moved..next.len() {
                next[node] = next[node - period];
            }
            RootedTree { depths: next }
        });
        Some(tree)
    }
}
