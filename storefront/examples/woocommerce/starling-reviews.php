<?php
/**
 * Plugin Name: Starling reviews
 * Description: Shows the reviews of a Starling on WooCommerce's product pages, in place of WordPress's own.
 * Requires PHP: 8.0
 *
 * Set both addresses in wp-config.php:
 *
 *     define( 'STARLING_API', 'https://reviews.example.com' );
 *     define( 'STARLING_CDN', 'https://cdn.example.com' );
 */

if ( ! defined( 'ABSPATH' ) ) {
	exit;
}

/** Seconds: for how long a page may show what it has. */
const STARLING_FRAGMENT_AGE = 60;
/** Seconds: a page does not wait longer. The script then fetches the reviews itself. */
const STARLING_TIMEOUT = 1;

add_filter( 'woocommerce_product_tabs', 'starling_add_tab', 98 );
add_action( 'wp_enqueue_scripts', 'starling_enqueue_files' );
add_filter( 'wp_script_attributes', 'starling_load_as_module' );

/** Replaces the tab with WordPress's reviews. */
function starling_add_tab( array $tabs ): array {
	unset( $tabs['reviews'] );
	$tabs['starling'] = array(
		'title'    => __( 'Reviews', 'starling-reviews' ),
		'priority' => 30,
		'callback' => 'starling_print_reviews',
	);
	return $tabs;
}

function starling_enqueue_files(): void {
	if ( ! is_product() ) {
		return;
	}
	wp_enqueue_style( 'starling-reviews', STARLING_CDN . '/starling-reviews.css', array(), null );
	wp_enqueue_script( 'starling-reviews', STARLING_CDN . '/starling-reviews.js', array(), null );
}

function starling_load_as_module( array $attributes ): array {
	if ( ( $attributes['id'] ?? '' ) === 'starling-reviews-js' ) {
		$attributes['type'] = 'module';
	}
	return $attributes;
}

function starling_print_reviews(): void {
	global $product;
	$id     = (string) $product->get_id();
	$name   = $product->get_name();
	$locale = str_replace( '_', '-', get_locale() );
	printf(
		'<starling-reviews product-id="%s" api="%s" locale="%s" product-name="%s">%s</starling-reviews>',
		esc_attr( $id ),
		esc_attr( STARLING_API ),
		esc_attr( $locale ),
		esc_attr( $name ),
		// HTML in which Starling has escaped every text.
		starling_fragment( $id, $name, $locale ) // phpcs:ignore WordPress.Security.EscapeOutput
	);
}

/** The HTML of the reviews, from WordPress's transients or from Starling; empty when there is no answer. */
function starling_fragment( string $id, string $name, string $locale ): string {
	$query = http_build_query(
		array(
			'locale'       => $locale,
			'product_name' => $name,
		)
	);
	$url   = STARLING_API . '/v1/products/' . rawurlencode( $id ) . '/widget?' . $query;
	$key   = 'starling_' . md5( $url );
	$kept  = get_transient( $key );
	if ( false !== $kept ) {
		return $kept;
	}
	$answer = wp_remote_get( $url, array( 'timeout' => STARLING_TIMEOUT ) );
	if ( is_wp_error( $answer ) || 200 !== wp_remote_retrieve_response_code( $answer ) ) {
		return '';
	}
	$fragment = wp_remote_retrieve_body( $answer );
	set_transient( $key, $fragment, STARLING_FRAGMENT_AGE );
	return $fragment;
}
